import { access } from 'node:fs/promises';
import path from 'node:path';
import { SwarmctlError, reasonOf } from '../errors.ts';
import { bundleName, writeBundle, writeBundleIn, type Bundle } from '../evidence/bundle.ts';
import { firstOf, limited } from '../util/abort.ts';
import { isTaken } from '../util/new-file.ts';
import type { ActionContext } from './context.ts';
import { findCluster } from './find-cluster.ts';
import { gatherEvidence } from './gather-evidence.ts';

/** Milliseconds of the time given that are kept for packing. */
const PACKING = 1000;

export interface SupportBundle extends Bundle {
  readonly cluster: string;
}

/** Writes what can be found out about a cluster into one file; it is written whatever is missing. */
export async function writeSupportBundle(
  { name, output }: { readonly name: string | undefined; readonly output: string | undefined },
  context: ActionContext,
): Promise<SupportBundle> {
  if (output !== undefined) await requireFree(output);
  const found = await findCluster(name, context);
  if (!found.record && !(await context.home.cluster(found.name).exists())) {
    throw new SwarmctlError('NO_CLUSTER', `there is no cluster ${found.name}: ${found.problem}`, {
      suggestions: ['swarmctl ls', 'point DOCKER_HOST at the engine that holds its hosts'],
    });
  }
  const left = context.remaining();
  const over = new AbortController();
  const signal = limited(firstOf(context.signal, over.signal), Math.max(left - PACKING, left / 2));
  try {
    const gathered = await gatherEvidence(found, { ...context, signal });
    if (!isOutOfTime(context.signal)) context.signal.throwIfAborted();
    const bundle =
      output === undefined
        ? await writeBundleIn(process.cwd(), found.name, gathered)
        : await writeBundle(path.resolve(output), bundleName(found.name), gathered);
    return { cluster: found.name, ...bundle };
  } catch (error) {
    if (error instanceof SwarmctlError) throw error;
    throw cannotWrite(path.resolve(output ?? '.'), error);
  } finally {
    over.abort();
  }
}

/** Whoever has waited that long gets what there is. */
function isOutOfTime({ reason }: AbortSignal): boolean {
  return reason instanceof SwarmctlError && reason.code === 'TIMEOUT';
}

async function requireFree(file: string): Promise<void> {
  const taken = await access(file).then(
    () => true,
    () => false,
  );
  if (taken) throw cannotWrite(path.resolve(file), { code: 'EEXIST' });
}

function cannotWrite(file: string, cause: unknown): SwarmctlError {
  const taken = isTaken(cause);
  return new SwarmctlError(
    taken ? 'USAGE' : 'STATE',
    taken ? `${file} is there already` : `cannot write ${file}: ${reasonOf(cause)}`,
    { suggestions: ['name another file with --output'], cause },
  );
}
