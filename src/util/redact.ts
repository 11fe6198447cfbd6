const SECRETS: readonly [RegExp, string][] = [
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    '[private key]',
  ],
  // user:password@ of a URL, as in a proxy's.
  [/(\w+:\/\/)[^\s/@:]+:[^\s/@]+@/g, '$1[redacted]@'],
  // The value of --engine-env NAME=VALUE may be anything.
  [/(--engine-env[= ]\w+=)\S+/g, '$1[redacted]'],
];

/** The text without private keys, passwords in URLs and values of `--engine-env`. */
export function redact(text: string): string {
  return SECRETS.reduce((clean, [secret, instead]) => clean.replace(secret, instead), text);
}
