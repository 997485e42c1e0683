#!/bin/sh
# Makes the certificates of the tests with openssl. They are for 127.0.0.1 and invented names, good
# for a hundred years, and protect nothing: the keys are public.
set -eu
cd "$(dirname "$0")"
days=36500

authority() { # NAME
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days $days \
    -subj "/CN=iter8 test $1" -keyout "$1.key" -out "$1.pem" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
}

leaf() { # NAME AUTHORITY EXTENSIONS
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=iter8 test $1" \
    -keyout "$1.key" -out "$1.csr"
  printf '%s\n' "$3" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days $days \
    -extfile "$1.ext" -out "$1.pem"
}

authority ca
authority stranger
leaf server ca "subjectAltName=IP:127.0.0.1,DNS:metrics.example
extendedKeyUsage=serverAuth"
leaf client ca "subjectAltName=DNS:iter8.example
extendedKeyUsage=clientAuth"
leaf intruder stranger "subjectAltName=DNS:iter8.example
extendedKeyUsage=clientAuth"
rm -f ./*.csr ./*.ext ./*.srl ca.key stranger.key
