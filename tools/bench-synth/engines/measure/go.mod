module github.com/meridian-example/meridian/tools/bench-synth/engines/measure

go 1.26.0
