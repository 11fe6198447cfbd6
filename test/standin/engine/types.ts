/** The parts of the Engine API's objects that the stand-in looks into; the rest passes through. */
export interface EngineInfo {
  ID: string;
  Name: string;
  NCPU: number;
  MemTotal: number;
  Driver?: string;
  KernelVersion?: string;
  OperatingSystem?: string;
  OSType?: string;
  Labels?: string[] | null;
}

export interface EngineVersion {
  Version: string;
}

export interface PortBinding {
  HostIp?: string;
  HostPort?: string;
}

export type PortMap = Record<string, PortBinding[] | null>;

export interface HostConfig {
  CpuShares?: number;
  Memory?: number;
  NetworkMode?: string;
  PortBindings?: PortMap | null;
  VolumesFrom?: string[] | null;
  Links?: string[] | null;
  [key: string]: unknown;
}

export interface ContainerState {
  Running: boolean;
  Paused: boolean;
  Restarting: boolean;
  Dead: boolean;
  ExitCode: number;
  StartedAt: string;
  FinishedAt: string;
  Health?: { Status: string } | null;
}

export interface EndpointSettings {
  NetworkID?: string;
  [key: string]: unknown;
}

/** `GET /containers/ID/json` */
export interface ContainerInspect {
  Id: string;
  State: ContainerState;
  ExecIDs: string[] | null;
  Config: { Labels: Record<string, string> | null; [key: string]: unknown };
  HostConfig: HostConfig;
  NetworkSettings?: { Ports?: PortMap | null; [key: string]: unknown };
  Mounts?: { Name?: string; Destination?: string }[];
  [key: string]: unknown;
}

/** One entry of `GET /containers/json` */
export interface ContainerSummary {
  Id: string;
  /** Null in a container that is being removed. */
  Names: string[] | null;
  Image: string;
  Created: number;
  Ports?: { IP?: string; [key: string]: unknown }[];
  NetworkSettings?: { Networks?: Record<string, EndpointSettings | null> };
  [key: string]: unknown;
}

export interface ImageSummary {
  Id: string;
  Created: number;
  RepoTags: string[] | null;
  RepoDigests: string[] | null;
  Labels?: Record<string, string> | null;
  [key: string]: unknown;
}

export interface NetworkResource {
  Id: string;
  Name: string;
  Scope: string;
  [key: string]: unknown;
}

export interface Volume {
  Name: string;
  Driver: string;
  Labels?: Record<string, string> | null;
  [key: string]: unknown;
}

export interface EngineEvent {
  status?: string;
  id?: string;
  from?: string;
  Type?: string;
  Action?: string;
  Actor?: { ID?: string; Attributes?: Record<string, string> | null };
  [key: string]: unknown;
}
