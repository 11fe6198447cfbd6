import { isLocal, type Host } from '../cluster/record.ts';
import type { Step } from '../plan/step.ts';

/** Takes back everything on a host that leaves the cluster, the last first, by the steps' own undo. */
export function takeBack(host: Host, steps: readonly Step[]): Step {
  return {
    id: `leave ${host.name}`,
    title: 'leave the cluster',
    host: host.name,
    isDone: () => Promise.resolve(false),
    async run({ signal, report }) {
      for (const step of [...steps].reverse()) {
        if (!step.undo || step.within !== undefined) continue;
        signal.throwIfAborted();
        report(`undo "${step.title}"`);
        await step.undo(signal);
      }
    },
    explain: () =>
      Promise.resolve([
        isLocal(host)
          ? 'the host goes, and with it every container and volume on it'
          : 'our containers, images and claim go, and its engine is put back as it was found',
      ]),
  };
}
