module github.com/meridian-example/meridian/ops/engines/certificates

go 1.26.0
