import { isLocal, type Host } from '../cluster/record.ts';
import { LABEL, ofCluster } from '../hosts/labels.ts';
import type { Step } from '../plan/step.ts';
import { noteImages, removeNotedImages } from './brought-images.ts';
import { onHost, type World } from './world.ts';

/**
 * Brings the images that a host's engine lacks; `what` names them in the step's ID. A host that
 * stays loses them again, unless something else has come to use them.
 */
export function loadImages(
  { access, images, record }: World,
  host: Host,
  what: string,
  wanted: readonly string[],
): Step {
  const group = { cluster: record.spec.name, what };
  const stays = !isLocal(host);
  return {
    id: `${what} ${host.name}`,
    title: `load ${what}`,
    ...onHost(host),
    isDone: async (signal) =>
      (await images.missing(await access.engine(host), wanted, signal)).length === 0,
    async run({ signal }) {
      const engine = await access.engine(host);
      const note = async (names: readonly string[]) => {
        if (stays) await noteImages(engine, group, names, signal);
      };
      await note(await images.missing(engine, wanted, signal));
      await note(await images.bringTo(engine, wanted, signal, { pulls: stays }));
    },
    explain: () => Promise.resolve(wanted),
    ...(stays && {
      byHand: () => [
        `docker volume rm $(docker volume ls --quiet --filter label=${ofCluster(record.spec.name)} --filter label=${LABEL.images})`,
        `docker image rm ${wanted.join(' ')}  # unless they were there before`,
      ],
      async undo(signal) {
        const engine = await access.engineIfAny(host);
        if (engine) await removeNotedImages(engine, group, signal);
      },
    }),
  };
}
