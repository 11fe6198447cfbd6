/** Flags of dockerd that swarmctl sets itself; a second value would break the cluster's wiring. */
const OWN_ENGINE_OPTIONS =
  /^(H|host|tls|tlsverify|tlscacert|tlscert|tlskey|label|data-root|exec-root|pidfile|config-file)$/;

/** What is wrong with a label of an engine, to follow where it was given. */
export function labelFault(label: string): string | undefined {
  if (!/^[^=\s,]+=[^,]*$/.test(label)) {
    return `"${label}" must look like name=value (swarm refuses an engine whose label has no "=")`;
  }
  return label.startsWith('node=')
    ? `"${label}": swarm keeps the label "node" for itself`
    : undefined;
}

/** The same of a further flag of a program that has flags of its own already. */
export function optionFault(option: string, own = OWN_ENGINE_OPTIONS): string | undefined {
  const name = optionName(option);
  if (!/^[a-zA-Z][\w-]*$/.test(name)) return `"${option}" must look like name=value`;
  return own.test(name) ? `"${option}": swarmctl sets --${name} itself` : undefined;
}

/** `heartbeat` of `heartbeat=5s` or `--heartbeat=5s`. */
export function optionName(option: string): string {
  return option.replace(/^--?/, '').split('=')[0] ?? '';
}
