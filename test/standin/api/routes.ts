import {
  createContainer,
  createExec,
  inspectContainer,
  proxyAndRefresh,
  proxyContainer,
  proxyExec,
  removeContainer,
  renameContainer,
  startContainer,
} from './containers.ts';
import type { Handler } from './context.ts';
import { streamEvents } from './events.ts';
import { createImage, listImages, loadImage, proxyImage, removeImage } from './images.ts';
import { listContainers } from './list-containers.ts';
import {
  createNetwork,
  createVolume,
  inspectNetwork,
  inspectVolume,
  listNetworksJson,
  listVolumes,
  removeNetwork,
  removeVolume,
} from './networks.ts';
import { proxyAnywhere } from './proxy.ts';
import { ping, showInfo, showVersion } from './system.ts';

/** `*` is a name and may hold slashes (`node/container`); the first route that fits is taken. */
const routes: [method: string, pattern: string, handler: Handler][] = [
  ['GET', '/_ping', ping],
  ['GET', '/info', showInfo],
  ['GET', '/version', showVersion],
  ['GET', '/events', streamEvents],
  ['GET', '/images/json', listImages],
  ['GET', '/images/search', proxyAnywhere],
  ['POST', '/auth', proxyAnywhere],
  ['GET', '/images/*/json', proxyImage],
  ['GET', '/images/*/history', proxyImage],
  ['GET', '/images/*/get', proxyImage],
  ['POST', '/images/create', createImage],
  ['POST', '/images/load', loadImage],
  ['DELETE', '/images/*', removeImage],
  ['GET', '/containers/json', listContainers],
  ['GET', '/containers/ps', listContainers],
  ['GET', '/containers/*/json', inspectContainer],
  ['GET', '/containers/*/logs', proxyContainer],
  ['GET', '/containers/*/top', proxyContainer],
  ['GET', '/containers/*/stats', proxyContainer],
  ['GET', '/containers/*/changes', proxyContainer],
  ['GET', '/containers/*/export', proxyContainer],
  ['GET', '/containers/*/archive', proxyContainer],
  ['HEAD', '/containers/*/archive', proxyContainer],
  ['PUT', '/containers/*/archive', proxyContainer],
  ['POST', '/containers/create', createContainer],
  ['POST', '/containers/*/start', startContainer],
  ['POST', '/containers/*/stop', proxyAndRefresh],
  ['POST', '/containers/*/kill', proxyAndRefresh],
  ['POST', '/containers/*/restart', proxyAndRefresh],
  ['POST', '/containers/*/pause', proxyAndRefresh],
  ['POST', '/containers/*/unpause', proxyAndRefresh],
  ['POST', '/containers/*/update', proxyAndRefresh],
  ['POST', '/containers/*/wait', proxyAndRefresh],
  ['POST', '/containers/*/rename', renameContainer],
  ['POST', '/containers/*/resize', proxyContainer],
  ['POST', '/containers/*/attach', proxyContainer],
  ['POST', '/containers/*/exec', createExec],
  ['DELETE', '/containers/*', removeContainer],
  ['GET', '/exec/*/json', proxyExec],
  ['POST', '/exec/*/start', proxyExec],
  ['POST', '/exec/*/resize', proxyExec],
  ['GET', '/networks', listNetworksJson],
  ['POST', '/networks/create', createNetwork],
  ['GET', '/networks/*', inspectNetwork],
  ['DELETE', '/networks/*', removeNetwork],
  ['GET', '/volumes', listVolumes],
  ['POST', '/volumes/create', createVolume],
  ['GET', '/volumes/*', inspectVolume],
  ['DELETE', '/volumes/*', removeVolume],
];

const compiled = routes.map(([method, pattern, handler]) => ({
  method,
  handler,
  pattern: new RegExp(`^(?:/v[0-9]+.[0-9]+)?${pattern.replace('*', '(.*)')}$`, 's'),
}));

export function findRoute(
  method: string,
  path: string,
): { handler: Handler; name: string } | undefined {
  for (const route of compiled) {
    const found = route.method === method ? route.pattern.exec(path) : null;
    if (found) return { handler: route.handler, name: found[1] ?? '' };
  }
  return undefined;
}
