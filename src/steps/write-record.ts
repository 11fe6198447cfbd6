import { publicSpec } from '../cluster/spec.ts';
import type { Step } from '../plan/step.ts';
import type { World } from './world.ts';

/** Writes down what the cluster is to be, before anything of it exists. */
export function writeRecord({ record, folder }: Pick<World, 'record' | 'folder'>): Step {
  return {
    id: 'record',
    title: 'write down the cluster',
    isDone: async () => (await folder.read('cluster.json')) !== undefined,
    run: () => folder.writeRecord({ ...record, spec: publicSpec(record.spec) }),
    undo: () => folder.remove(),
  };
}
