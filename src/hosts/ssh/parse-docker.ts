import * as v from 'valibot';
import type { DockerFacts, RunningContainer } from './facts.ts';
import { DROP_IN } from './paths.ts';
import type { Report } from './report.ts';
import { commandOf, expand, hasCommand, variablesOf, type UnitFile } from './unit.ts';

const VersionSchema = v.object({
  Version: v.string(),
  ApiVersion: v.string(),
  MinAPIVersion: v.optional(v.string(), ''),
});

const InfoSchema = v.object({
  ID: v.optional(v.string(), ''),
  LiveRestoreEnabled: v.optional(v.boolean(), false),
});

const RunningSchema = v.tuple([
  v.string(),
  v.string(),
  v.boolean(),
  v.nullable(v.record(v.string(), v.string())),
]);

/** Of its Docker; undefined when there is no docker.service. */
export function dockerFacts(report: Report): DockerFacts | undefined {
  const files = report.all('unit').map(([path = '', text = '']): UnitFile => ({ path, text }));
  const command = commandOf(files);
  if (command.length === 0) return undefined;
  const environment = report.all('environment').map(([text = '']) => text);
  return {
    command,
    arguments: expand(command, variablesOf(files, environment)),
    active: report.line('active') === 'active',
    enabled: report.line('enabled') === 'enabled',
    later: files.filter((file) => hasCommand(file) && isLater(file.path)).map(({ path }) => path),
    cli: report.has('cli'),
    engine: engineOf(report),
    daemonJson: report.text('daemon.json'),
    running: runningOf(report.text('running') ?? ''),
  };
}

function isLater(path: string): boolean {
  const name = (file: string) => file.split('/').at(-1) ?? '';
  return path.includes('.service.d/') && name(path) > name(DROP_IN);
}

function engineOf(report: Report): DockerFacts['engine'] {
  const version = v.safeParse(VersionSchema, json(report.text('version')));
  if (!version.success) return undefined;
  const info = v.safeParse(InfoSchema, json(report.text('info')));
  const { Version, ApiVersion, MinAPIVersion } = version.output;
  return {
    id: info.success ? info.output.ID : '',
    version: Version,
    api: ApiVersion,
    minApi: MinAPIVersion,
    liveRestore: info.success && info.output.LiveRestoreEnabled,
  };
}

function runningOf(text: string): RunningContainer[] {
  return text.split('\n').flatMap((line) => {
    const parsed = v.safeParse(RunningSchema, json(line));
    if (!parsed.success) return [];
    const [name, policy, temporary, labels] = parsed.output;
    const isTask = labels !== null && 'com.docker.swarm.task.id' in labels;
    return [
      {
        name: name.replace(/^\//, ''),
        restarts: isTask || ['always', 'unless-stopped', 'on-failure'].includes(policy),
        temporary,
      },
    ];
  });
}

function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
