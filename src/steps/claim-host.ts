import { isDeepStrictEqual } from 'node:util';
import { labelRecord, type Host } from '../cluster/record.ts';
import { SwarmctlError } from '../errors.ts';
import { CLAIM, LABEL, LABEL_SCHEMA } from '../hosts/labels.ts';
import type { Step } from '../plan/step.ts';
import { ownerOf } from './owner-of.ts';
import type { World } from './world.ts';

/**
 * Notes on a host that was there before that it belongs to the cluster: as a volume, which any engine
 * keeps and nothing else touches. From its labels the cluster is found when the local state is lost.
 */
export function claimHost(world: World, host: Host): Step {
  const { access, record } = world;
  const { name } = record.spec;
  return {
    id: `claim ${host.name}`,
    title: 'claim host',
    host: host.name,
    async isDone(signal) {
      const owner = await ownerOf(world, host, signal);
      return owner?.ours === true && isDeepStrictEqual(owner.record, labelRecord(record));
    },
    async run({ signal }) {
      const labels = {
        [LABEL.cluster]: name,
        [LABEL.schema]: LABEL_SCHEMA,
        [LABEL.host]: host.name,
        [LABEL.record]: JSON.stringify(labelRecord(record)),
      };
      const engine = await access.engine(host);
      // The labels of a volume cannot be changed, and nothing uses this one.
      if ((await ownerOf(world, host, signal))?.ours) await engine.removeVolume(CLAIM, signal);
      await engine.createVolume(CLAIM, labels, signal);
      // An engine answers for a volume that exists as if it had made it.
      const owner = await ownerOf(world, host, signal);
      if (owner?.ours) return;
      throw new SwarmctlError('STEP_FAILED', `the host belongs to ${whose(owner, name)}`, {
        host: host.name,
        suggestions: [
          owner?.cluster === name
            ? `make or destroy it where it was made, or give this one another NAME`
            : `swarmctl destroy ${owner?.cluster ?? ''}, or leave the host out`,
        ],
      });
    },
    explain: () => Promise.resolve([`volume ${CLAIM} says that the host belongs to ${name}`]),
    byHand: () => [`docker volume rm ${CLAIM}`],
    async undo(signal) {
      const engine = await access.engineIfAny(host);
      if ((await ownerOf(world, host, signal))?.ours) {
        await engine?.removeVolume(CLAIM, signal);
      }
    },
  };
}

function whose(owner: Awaited<ReturnType<typeof ownerOf>>, name: string): string {
  if (!owner) return 'somebody else';
  return owner.cluster === name
    ? `another cluster ${name}, which was made from another machine or folder`
    : `cluster ${owner.cluster}`;
}
