/** Names on the outer engine; the prefix keeps them apart from everything else there. */
export const containerName = (host: string): string => `swarmctl-${host}`;
export const volumeName = (host: string): string => `swarmctl-${host}-data`;
