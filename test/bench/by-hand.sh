# by-hand.sh: what the scripts that build a cluster by hand have in common. They set `folder`, where
# everything is kept, and `name`, that of the cluster.

# Sleeps without starting a process.
exec {never}<> <(:)
nap() { read -rt "$1" -u "$never" || true; }

# again COMMAND…: every 20 ms until it succeeds, a minute is over, or the script has ended.
again() {
  until "$@"; do
    if ((SECONDS > 60)) || ! kill -0 $$ 2> /dev/null; then return 1; fi
    nap 0.02
  done
}

settings() {
  mkdir -p "$folder"
  printf '%s\n' silent fail fail-early 'max-time = 60' > "$folder/curl"
  printf '%s = "%s"\n' cacert "$folder/ca.pem" cert "$folder/client/cert.pem" key "$folder/client/key.pem" > "$folder/curl-tls"
  printf '%s\n' '[req]' 'distinguished_name=dn' '[dn]' '[ca]' 'basicConstraints=critical,CA:TRUE' \
    'keyUsage=critical,keyCertSign,cRLSign' '[leaf]' 'basicConstraints=critical,CA:FALSE' \
    'keyUsage=critical,digitalSignature' 'authorityKeyIdentifier=keyid' > "$folder/openssl"
}

# Asks an engine, the store or the manager, as the cluster's client.
inner() { curl --config "$folder/curl" --config "$folder/curl-tls" "$@"; }

authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=$name CA" \
    -config "$folder/openssl" -extensions ca -keyout "$folder/ca-key.pem" -out "$folder/ca.pem" 2> /dev/null
}

# certificate FOLDER COMMON_NAME USAGES [SAN]
certificate() {
  mkdir -p "$1"
  echo "$(< "$folder/ca.pem")" > "$1/ca.pem"
  openssl req -x509 -CA "$folder/ca.pem" -CAkey "$folder/ca-key.pem" -days 1095 \
    -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/O=$name/CN=$2" \
    -config "$folder/openssl" -extensions leaf -addext "extendedKeyUsage=$3" \
    ${4:+-addext "subjectAltName=$4"} -keyout "$1/key.pem" -out "$1/cert.pem" 2> /dev/null
}

# all_healthy ADDRESS_OF_MANAGER
all_healthy() {
  [ "$(inner "https://$1/info" | grep -o '"  └ Status","Healthy"' | wc -l)" = 3 ]
}
