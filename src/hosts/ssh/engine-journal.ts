/** Lines that say why dockerd ended, the best first; what follows is the part to show. */
const REASONS = [
  /^(it runs, but does not answer .*)$/,
  /^(?:dockerd: )?(unable to configure the Docker daemon .*)$/,
  /^(?:dockerd: )?(failed to (?:start|load|create|initialize|validate) .*)$/,
  /^(?:Status: )?(unknown (?:shorthand )?flag: .*)$/,
  /^(?:Status: )?(invalid argument .*)$/,
  /level=fatal msg="((?:[^"\\]|\\.)*)"/,
  /^(Error .*)$/,
  /^(Status: .*)$/,
  /level=error msg="((?:[^"\\]|\\.)*)"/,
  /^(docker\.service: .*)$/,
];

/** Why the engine did not start, from what the journal has of its unit; undefined when it is silent. */
export function whyNotStarted(journal: string): string | undefined {
  const lines = journal.split('\n').map((line) => line.trim());
  for (const pattern of REASONS) {
    const found = lines.findLast((line) => pattern.test(line));
    const reason = found && pattern.exec(found)?.[1];
    if (reason !== undefined && reason !== '') return reason.replaceAll(/\\(["\\])/g, '$1');
  }
  return lines.findLast((line) => line !== '' && !/level=(debug|info|warning)/.test(line));
}
