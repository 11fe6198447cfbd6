/** Everything by which the stand-in makes plain that it is not the real program. */
export const RELEASE = '1.2.9-stand-in';
export const SERVER_VERSION = `swarm/${RELEASE}`;
export const PLATFORM_NAME = 'swarmctl stand-in (not Docker Swarm)';
export const VERSION_LINE = `swarm version ${RELEASE} (${PLATFORM_NAME})`;

/** What the imitated release speaks to its clients, and the most it speaks to engines. */
export const CLIENT_API_VERSION = '1.30';
export const ENGINE_API_VERSION = '1.31';
