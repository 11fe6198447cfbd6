import type { Engine } from '../engine/engine.ts';
import { clusterOf } from '../hosts/labels.ts';
import type { Collection } from './collection.ts';

/** Lines of a log, from its end. */
export const LINES = 500;

/** Whose engine it is, where what it says is put, and how long it may take. */
interface Asked {
  readonly host?: string;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** What an engine says of itself, and which containers it has; whether it answered. */
export async function fromEngine(
  into: Collection,
  open: () => Promise<Engine>,
  { host, folder, signal }: Asked,
): Promise<Engine | undefined> {
  const about = (what: string) => ({ ...(host !== undefined && { host }), what, signal });
  const answer = await into.ask(about('the engine'), async () => {
    const engine = await open();
    return { engine, version: await engine.version(signal) };
  });
  if (!answer) return undefined;
  const { engine, version } = answer;
  into.add(`${folder}/version.json`, version);
  await Promise.all([
    into.put(`${folder}/info.json`, about('docker info'), () => engine.info(signal)),
    into.put(`${folder}/containers.json`, about('the list of containers'), async () =>
      (await engine.listContainers(undefined, signal)).map(
        // What commands and labels of somebody else's containers say is nobody's business.
        ({ Id, Names, Image, State, Status, Labels }) => ({
          id: Id.slice(0, 12),
          names: Names.map((name) => name.replace(/^\//, '')),
          image: Image,
          state: State,
          status: Status,
          cluster: clusterOf(Labels) ?? null,
        }),
      ),
    ),
  ]);
  return engine;
}
