/** Names on the outer engine; the prefix keeps them apart from everything else there. */
export const containerName = (host: string): string => `swarmctl-${host}`;
/** What a host was until one with other settings has taken over its data. */
export const replacedName = (host: string): string => `swarmctl-${host}.replaced`;
/** The volume whose labels say what has become of the record in those of the network. */
export const recordName = (cluster: string): string => `swarmctl-${cluster}-record`;
export const volumeName = (host: string): string => `swarmctl-${host}-data`;
