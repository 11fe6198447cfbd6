import { readContainerConfig } from '../cluster/config.ts';
import { NameConflictError } from '../cluster/create.ts';
import type { ContainerInspect } from '../engine/types.ts';
import {
  isTrue,
  readJsonBody,
  requireContainer,
  requireHealthy,
  sendEmpty,
  sendJson,
  type Call,
} from './context.ts';
import { HttpError } from './errors.ts';
import { proxy } from './proxy.ts';

export async function inspectContainer({ api, name, response }: Call): Promise<void> {
  const container = api.cluster.findContainer(name);
  if (!container) throw new HttpError(404, `No such container ${name}`);
  const { engine, id } = requireHealthy(container, name);
  const info = await engine.watchHealth(
    engine.client.json<ContainerInspect>(`/containers/${id}/json`),
  );
  for (const bindings of Object.values(info.NetworkSettings?.Ports ?? {})) {
    for (const binding of bindings ?? []) {
      if (!binding.HostIp || binding.HostIp === '0.0.0.0' || binding.HostIp === '::') {
        binding.HostIp = engine.ip;
      }
    }
  }
  info['Node'] = {
    ID: engine.id,
    IP: engine.ip,
    Addr: engine.address,
    Name: engine.name,
    Cpus: engine.cpus,
    Memory: engine.memory,
    Labels: Object.fromEntries(engine.labels),
  };
  sendJson(response, info);
}

export async function createContainer({ api, query, request, response }: Call): Promise<void> {
  const config = readContainerConfig(await readJsonBody(request));
  const auth = request.headers['x-registry-auth'];
  const container = await api.creator
    .create(config, query.get('name') ?? '', typeof auth === 'string' ? auth : undefined)
    .catch(conflictToHttp);
  response.writeHead(201, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ Id: container.id }));
}

export async function startContainer({ api, name, request, response }: Call): Promise<void> {
  const container = api.cluster.findContainer(name);
  if (!container) throw new HttpError(404, `No such container ${name}`);
  request.resume();
  const { engine, id } = container;
  await engine.watchHealth(engine.client.call(`/containers/${id}/start`, { method: 'POST' }));
  await engine.watchHealth(engine.inventory.readContainer(id, true));
  sendEmpty(response);
}

export async function removeContainer({ api, name, query, response }: Call): Promise<void> {
  const container = api.cluster.findContainer(name);
  if (!container) throw new HttpError(404, `Container ${name} not found`);
  const { engine, id } = container;
  const options = new URLSearchParams();
  if (isTrue(query, 'v')) options.set('v', '1');
  if (isTrue(query, 'force')) options.set('force', '1');
  const path = `/containers/${id}?${options.toString()}`;
  await engine.watchHealth(engine.client.call(path, { method: 'DELETE' }));
  engine.inventory.containers.delete(id);
  sendEmpty(response);
}

export async function renameContainer({ api, name, query, response }: Call): Promise<void> {
  const { engine, id } = requireContainer(api, name);
  const newName = query.get('name') ?? '';
  try {
    api.creator.assertNameFree(newName);
  } catch (error) {
    conflictToHttp(error as Error);
  }
  const path = `/containers/${id}/rename?name=${encodeURIComponent(newName)}`;
  await engine.watchHealth(engine.client.call(path, { method: 'POST' }));
  await engine.watchHealth(engine.inventory.readContainer(id, true));
  sendEmpty(response);
}

export async function createExec({ api, name, request, response }: Call): Promise<void> {
  const container = api.cluster.findContainer(name);
  if (!container) throw new HttpError(404, `No such container ${name}`);
  const config = await readJsonBody(request);
  if (!Array.isArray(config['Cmd']) || config['Cmd'].length === 0) {
    throw new HttpError(400, 'No exec command specified');
  }
  const { engine, id, info } = container;
  const created = await engine.watchHealth(
    engine.client.json<{ Id: string }>(`/containers/${id}/exec`, { method: 'POST', json: config }),
  );
  // Starting it comes with its ID only, by which the container is then found again.
  info.ExecIDs = [...(info.ExecIDs ?? []), created.Id];
  sendJson(response, created, 201);
}

export async function proxyContainer(call: Call): Promise<void> {
  const { engine, id } = requireContainer(call.api, call.name);
  await proxy(call, engine, { path: call.path.replace(call.name, id) });
}

/** For what changes a container: the next `ps` of the same client must show it. */
export async function proxyAndRefresh(call: Call): Promise<void> {
  const { engine, id } = requireContainer(call.api, call.name);
  await proxy(call, engine, {
    path: call.path.replace(call.name, id),
    afterwards: () => engine.watchHealth(engine.inventory.readContainer(id, true)),
  });
}

export async function proxyExec(call: Call): Promise<void> {
  await proxy(call, requireExecContainer(call.api, call.name).engine);
}

export function requireExecContainer(api: Call['api'], execId: string) {
  const container = api.cluster.containers.find(({ info }) => info.ExecIDs?.includes(execId));
  if (!container) throw new HttpError(404, `Exec ${execId} not found`);
  return container;
}

function conflictToHttp(error: Error): never {
  throw error instanceof NameConflictError ? new HttpError(409, error.message) : error;
}
