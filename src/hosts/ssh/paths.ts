/** Everything of swarmctl on a server. */
const HOME = '/etc/swarmctl';

/** What we have to know to take the preparation of the engine back. */
export const STATE = `${HOME}/engine`;

export const ENVIRONMENT_FILE = `${STATE}/environment`;

export const DAEMON_JSON = '/etc/docker/daemon.json';

/**
 * Drop-ins count in the order of their names, whichever folder they are in, and `systemctl edit`
 * calls the person's `override.conf`: ours has to come after it.
 */
export const DROP_IN = '/etc/systemd/system/docker.service.d/zz-swarmctl.conf';

/** The socket that dockerd opens by itself when it is told no other. */
export const SOCKET = 'unix:///var/run/docker.sock';
