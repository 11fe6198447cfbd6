const SECRETS: readonly [RegExp, string][] = [
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    '[private key]',
  ],
  // user:password@ of a URL, as in a proxy's.
  [/(\w+:\/\/)[^\s/]+@/g, '$1[redacted]@'],
  // A discovery token: whoever has it may register nodes.
  [/((?:token:\/\/|\/clusters\/)[^\s"']*?)[0-9a-f]{32}\b/gi, '$1[redacted]'],
  // The value of --engine-env NAME=VALUE may be anything.
  [/(--engine-env[= ]\w+=)\S+/g, '$1[redacted]'],
];

/** The text without private keys, passwords in URLs and values of `--engine-env`. */
export function redact(text: string): string {
  return SECRETS.reduce((clean, [secret, instead]) => clean.replace(secret, instead), text);
}

/** A command line as it may be logged: the values of `--engine-env`, blanks and all, are left out. */
export function redactArguments(argv: readonly string[]): string {
  const clean = argv.map((argument, index) =>
    argv[index - 1] === '--engine-env' || argument.startsWith('--engine-env=')
      ? argument.replace(/^((?:--engine-env=)?[^=]*=)[\s\S]*$/, '$1[redacted]')
      : argument,
  );
  return redact(clean.join(' '));
}
