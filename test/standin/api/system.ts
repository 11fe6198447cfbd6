import { arch, hostname, release } from 'node:os';
import { renderStatus, reportEngine } from '../cluster/status.ts';
import { CLIENT_API_VERSION, PLATFORM_NAME, SERVER_VERSION } from '../identity.ts';
import { sendJson, type Call } from './context.ts';

const architecture = arch() === 'x64' ? 'amd64' : arch();

export function ping({ response }: Call): void {
  response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' }).end('OK');
}

export function showVersion({ response }: Call): void {
  sendJson(response, {
    Platform: { Name: PLATFORM_NAME },
    Version: SERVER_VERSION,
    ApiVersion: CLIENT_API_VERSION,
    GitCommit: 'stand-in',
    GoVersion: `none (node ${process.version})`,
    Os: 'linux',
    Arch: architecture,
    KernelVersion: release(),
    BuildTime: '<unknown>',
  });
}

/** Fields a manager has nothing to say about are there all the same: clients expect them. */
export function showInfo({ api, response }: Call): void {
  const { cluster } = api;
  const states = cluster.containers.map(({ info }) => info.State);
  const paused = states.filter(({ Paused }) => Paused).length;
  const running = states.filter(({ Running, Paused }) => Running && !Paused).length;
  const sum = (key: 'totalCpus' | 'totalMemory') =>
    cluster.engines.reduce((total, engine) => total + engine[key], 0);
  const commit = { ID: '', Expected: '' };
  sendJson(response, {
    ID: '',
    Containers: states.length,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: states.length - running - paused,
    Images: cluster.engines.reduce((total, { inventory }) => total + countNamed(inventory), 0),
    Driver: '',
    DriverStatus: null,
    SystemStatus: renderStatus(cluster.filters, cluster.allEngines.map(reportEngine)),
    Plugins: { Volume: null, Network: null, Authorization: null, Log: null },
    MemoryLimit: true,
    SwapLimit: true,
    KernelMemory: false,
    CpuCfsPeriod: true,
    CpuCfsQuota: true,
    CPUShares: true,
    CPUSet: true,
    IPv4Forwarding: true,
    BridgeNfIptables: true,
    BridgeNfIp6tables: true,
    Debug: false,
    NFd: 0,
    OomKillDisable: true,
    NGoroutines: 0,
    SystemTime: new Date().toISOString(),
    LoggingDriver: '',
    CgroupDriver: '',
    NEventsListener: cluster.events.listenerCount('event'),
    KernelVersion: release(),
    OperatingSystem: 'linux',
    OSType: '',
    Architecture: architecture,
    IndexServerAddress: '',
    RegistryConfig: null,
    NCPU: sum('totalCpus'),
    MemTotal: sum('totalMemory'),
    DockerRootDir: '',
    HttpProxy: process.env['http_proxy'] ?? '',
    HttpsProxy: process.env['https_proxy'] ?? '',
    NoProxy: process.env['no_proxy'] ?? '',
    Name: hostname(),
    Labels: null,
    ExperimentalBuild: false,
    ServerVersion: SERVER_VERSION,
    ClusterStore: '',
    ClusterAdvertise: '',
    Runtimes: null,
    DefaultRuntime: '',
    Swarm: {
      NodeID: '',
      NodeAddr: '',
      LocalNodeState: '',
      ControlAvailable: false,
      Error: '',
      RemoteManagers: null,
    },
    LiveRestoreEnabled: false,
    Isolation: '',
    InitBinary: '',
    ContainerdCommit: commit,
    RuncCommit: commit,
    InitCommit: commit,
    SecurityOptions: null,
  });
}

function countNamed({ images }: { images: { RepoTags: string[] | null }[] }): number {
  return images.filter(({ RepoTags }) => RepoTags?.length && RepoTags[0] !== '<none>:<none>')
    .length;
}
