import type { Host } from '../cluster/record.ts';
import { installEngine as install } from '../hosts/ssh/install-engine.ts';
import type { Step } from '../plan/step.ts';
import type { World } from './world.ts';

/** Installs Docker on a server that lacks it; prepare-engine.ts takes it back where that is wanted. */
export function installEngine({ servers, record }: World, host: Host): Step {
  return {
    id: `engine installed ${host.name}`,
    title: 'install Docker',
    host: host.name,
    isDone: async () => (await servers.facts(host.url)).docker !== undefined,
    async run({ signal, report }) {
      const [connection, facts] = await Promise.all([
        servers.connection(host.url),
        servers.facts(host.url),
      ]);
      const source = record.spec.engine.install;
      await install(connection, facts, { source, signal, report });
      servers.forget(host.url);
    },
  };
}
