// Command certificates makes a certificate authority and certificates of it that are valid for a day.
//
//	certificates FOLDER < requests.json
//
// reads [{ "file": "admin", "name": "admin", "organizations": ["system:masters"], "dns": [], "ips": [] }] and writes
// ca.crt, and <file>.crt and <file>.key for each. The authority's own key is thrown away.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

type request struct {
	File          string   `json:"file"`
	Name          string   `json:"name"`
	Organizations []string `json:"organizations"`
	DNS           []string `json:"dns"`
	IPs           []net.IP `json:"ips"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: certificates FOLDER < requests.json")
	}
	var requests []request
	if err := json.NewDecoder(os.Stdin).Decode(&requests); err != nil {
		return fmt.Errorf("stdin: %w", err)
	}
	folder := args[0]
	authority, key, err := newAuthority(folder)
	if err != nil {
		return err
	}
	for number, wanted := range requests {
		template := &x509.Certificate{
			SerialNumber: big.NewInt(int64(number) + 2),
			Subject:      pkix.Name{CommonName: wanted.Name, Organization: wanted.Organizations},
			NotBefore:    authority.NotBefore,
			NotAfter:     authority.NotAfter,
			KeyUsage:     x509.KeyUsageDigitalSignature,
			ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
			DNSNames:     wanted.DNS,
			IPAddresses:  wanted.IPs,
		}
		if err := issue(filepath.Join(folder, wanted.File), template, authority, key); err != nil {
			return err
		}
	}
	return nil
}

func newAuthority(folder string) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	authority := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "meridian local"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageCertSign,
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, authority, authority, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	return authority, key, writePEM(filepath.Join(folder, "ca.crt"), "CERTIFICATE", der)
}

func issue(path string, template, authority *x509.Certificate, authorityKey *ecdsa.PrivateKey) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, authority, key.Public(), authorityKey)
	if err != nil {
		return err
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	if err := writePEM(path+".key", "EC PRIVATE KEY", keyDER); err != nil {
		return err
	}
	return writePEM(path+".crt", "CERTIFICATE", der)
}

func writePEM(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}
