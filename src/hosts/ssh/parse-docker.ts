import type { DockerFacts } from './facts.ts';
import { DROP_IN } from './paths.ts';
import type { Report } from './report.ts';
import { commandOf, expand, hasCommand, variablesOf, type UnitFile } from './unit.ts';

/** What is known of a Docker without asking its engine. */
export type DockerUnit = Omit<DockerFacts, 'engine' | 'running'>;

/** How its Docker is set up; undefined when there is no docker.service. */
export function dockerFacts(report: Report): DockerUnit | undefined {
  const files = report.all('unit').map(([path = '', text = '']): UnitFile => ({ path, text }));
  const command = commandOf(files);
  if (command.length === 0) return undefined;
  const environment = report.all('environment').map(([text = '']) => text);
  return {
    command,
    arguments: expand(command, variablesOf(files, environment)),
    active: report.line('active') === 'active',
    enabled: report.line('enabled') === 'enabled',
    ownDropIn: report.has('own-drop-in'),
    later: files.filter((file) => hasCommand(file) && isLater(file.path)).map(({ path }) => path),
    cli: report.has('cli'),
    daemonJson: report.text('daemon.json'),
  };
}

function isLater(path: string): boolean {
  const name = (file: string) => file.split('/').at(-1) ?? '';
  return path.includes('.service.d/') && name(path) > name(DROP_IN);
}
