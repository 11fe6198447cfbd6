// A process that holds a connection until somebody kills it. Its arguments are the target and the
// options, as JSON; it says "connected" when it is. With a command it gives that the terminal
// instead, and ends with it.
import { connect, type SshOptions } from '../../src/ssh/connect.ts';
import { reachDocker } from '../../src/ssh/docker-api.ts';
import type { SshTarget } from '../../src/ssh/target.ts';

const [target, options, command] = process.argv.slice(2).map((text) => JSON.parse(text) as unknown);
const { signal } = new AbortController();
const connection = await connect(target as SshTarget, options as SshOptions, signal);
if (command === undefined) {
  await reachDocker(connection, signal);
  void connection.run(['sleep', '1234'], { signal });
  await connection.run(['true'], { signal });
  process.stdout.write('connected\n');
  setInterval(() => undefined, 1000);
} else {
  process.exitCode = await connection.interact(command as string[], true, signal);
  await connection.close();
}
