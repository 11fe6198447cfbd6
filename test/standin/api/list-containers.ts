import { isSwarmImage } from '../cluster/images.ts';
import { healthWord, stateSentence, stateWord } from '../cluster/state.ts';
import { containerLabels, type Container } from '../engine/container.ts';
import type { ContainerSummary } from '../engine/types.ts';
import { isTrue, sendJson, type Call } from './context.ts';
import { HttpError } from './errors.ts';
import { Filters } from './filters.ts';

/** `GET /containers/json`, answered from memory and not by asking the engines. */
export function listContainers({ api, query, response }: Call): void {
  const filters = Filters.parse(query.get('filters'));
  const limit = Number.parseInt(query.get('limit') ?? '', 10) || 0;
  const all = isTrue(query, 'all') || filters.get('status').includes('exited');
  const before = query.get('before');
  if (before && !api.cluster.findContainer(before)) {
    throw new HttpError(404, `No such container ${before}`);
  }
  const found = api.cluster.containers
    .filter((container) => all || limit > 0 || before || isUp(container))
    .filter((container) => all || !isSwarmImage(container.summary.Image))
    .filter((container) => passes(container, filters))
    .sort((one, other) => other.summary.Created - one.summary.Created)
    .slice(0, limit > 0 ? limit : undefined);
  const skip = before
    ? found.findIndex(({ id }) => id === api.cluster.findContainer(before)?.id)
    : -1;
  sendJson(response, found.slice(skip + 1).map(present));
}

function isUp({ info, engine }: Container): boolean {
  return info.State.Running && engine.healthy;
}

function passes(container: Container, filters: Filters): boolean {
  const { info, summary, engine } = container;
  const labels = containerLabels(container);
  const exitCodes = filters.get('exited').map(Number);
  const networks = Object.entries(summary.NetworkSettings?.Networks ?? {});
  return (
    filters.matches('name', (summary.Names?.[0] ?? '').replace(/^\//, '')) &&
    filters.matches('id', container.id) &&
    filters.matchesLabels(labels) &&
    filters.matches('status', stateWord(info.State)) &&
    filters.matches('node', engine.name) &&
    filters.matchesExactly('health', healthWord(info.State)) &&
    filters.matchesExactly('is-task', String('com.docker.swarm.task' in labels)) &&
    (!filters.has('volume') ||
      (info.Mounts ?? []).some((mount) =>
        filters.get('volume').some((value) => [mount.Name, mount.Destination].includes(value)),
      )) &&
    (!filters.has('network') ||
      networks.some(([name, network]) =>
        filters
          .get('network')
          .some((value) => name === value || network?.NetworkID?.startsWith(value)),
      )) &&
    (exitCodes.length === 0 || (!info.State.Running && exitCodes.includes(info.State.ExitCode)))
  );
}

function present(container: Container): ContainerSummary {
  const { summary, engine, info } = container;
  return {
    ...summary,
    Names: (summary.Names ?? []).map((name) => `/${engine.name}${name}`),
    Labels: containerLabels(container),
    Status: engine.healthy ? stateSentence(info.State) : 'Host Down',
    Ports: (summary.Ports ?? []).map((port) =>
      port.IP === '0.0.0.0' || port.IP === '::' ? { ...port, IP: engine.ip } : port,
    ),
  };
}
