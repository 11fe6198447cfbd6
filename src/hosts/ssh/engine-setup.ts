import { CREDENTIAL_FILES, credentialFolder } from '../../cluster/credentials.ts';
import { readOption } from './dockerd-flags.ts';
import { EngineConfig, readDaemonJson } from './engine-config.ts';
import { listenAt } from './engine-hosts.ts';
import { changesOf } from './engine-changes.ts';
import type { DockerFacts, ServerFacts } from './facts.ts';
import type { EngineSetup, Problem, WantedEngine } from './setup.ts';
import { DAEMON_JSON, ENVIRONMENT_FILE } from './paths.ts';
import { environmentLine, literal, quoteWord } from './systemd-words.ts';

/** What the swarm image speaks; engines from 29 on want more unless they are told. */
const SWARM_API = '1.24';

/** Works out how an engine has to be configured; asks nothing and changes nothing. */
export function engineSetup({ docker, addresses }: ServerFacts, wanted: WantedEngine): EngineSetup {
  if (docker === undefined) {
    const changes = [`Docker Engine is installed, and listens at port ${wanted.port} with TLS`];
    const nothing = { dropIn: '', daemonJson: undefined, environmentFile: undefined };
    return { ...nothing, names: wanted.names, problems: [], changes };
  }
  const json = readDaemonJson(docker.daemonJson);
  const config = new EngineConfig(docker.command, docker.arguments, json ?? {});
  const problems = [...basicProblems(docker, json !== undefined)];
  const hosts = listenAt(config, wanted.port, addresses);
  problems.push(...hosts.problems);

  const folder = credentialFolder('engine');
  config.replace('tlsverify', true);
  if ('tls' in config.json) config.replace('tls', true);
  config.replace('tlscacert', `${folder}/${CREDENTIAL_FILES.ca}`);
  config.replace('tlscert', `${folder}/${CREDENTIAL_FILES.certificate}`);
  config.replace('tlskey', `${folder}/${CREDENTIAL_FILES.key}`);
  problems.push(...label(config, wanted.labels));
  for (const mirror of wanted.registryMirrors) config.append('registry-mirror', mirror);
  for (const registry of wanted.insecureRegistries) config.append('insecure-registry', registry);
  for (const option of wanted.options) problems.push(...addOption(config, option));

  const environment = wanted.environment.map(environmentLine).join('');
  const environmentFile = environment === '' ? undefined : environment;
  return {
    dropIn: dropInText(config, docker, wanted, environmentFile !== undefined),
    daemonJson: config.changed.size === 0 ? undefined : `${JSON.stringify(config.json, null, 2)}\n`,
    environmentFile,
    names: wanted.names,
    problems,
    changes: changesOf({ docker, config, hosts, environment: environmentFile !== undefined }),
  };
}

function* basicProblems(docker: DockerFacts, isJson: boolean): Generator<Problem> {
  if (!isJson) {
    yield {
      problem: `${DAEMON_JSON} is not an object in JSON`,
      fix: `correct it; this says where it is wrong: python3 -m json.tool ${DAEMON_JSON}`,
    };
  }
  for (const file of docker.later) {
    yield {
      problem: `${file} gives docker.service a command line and counts after ours`,
      fix: `give it a name that comes before "zz", such as override.conf`,
    };
  }
  const file = new EngineConfig(docker.command, docker.arguments, {}).value('config-file');
  if (file !== undefined && file !== DAEMON_JSON) {
    yield {
      problem: `dockerd reads ${file} instead of ${DAEMON_JSON}`,
      fix: `move it to ${DAEMON_JSON} and drop --config-file`,
    };
  }
  if (!docker.cli) {
    yield {
      problem: 'there is a Docker Engine, but no docker command',
      fix: 'install it: apt-get install docker-cli (docker-ce-cli where the engine is docker-ce)',
    };
  }
}

function* label(config: EngineConfig, labels: readonly string[]): Generator<Problem> {
  const nameOf = (text: string) => text.split('=')[0] ?? '';
  const has = (name: string) => config.list('label').find((each) => nameOf(each) === name);
  for (const wanted of labels) {
    const other = has(nameOf(wanted));
    if (other !== undefined && other !== wanted) {
      yield {
        problem: `the engine has the label ${other} already, and ${wanted} is asked for`,
        fix: 'use another name for the label, or take it out of the engine’s configuration',
      };
    } else config.append('label', wanted);
  }
  // A label of the person's says more than where the host came from.
  const names = [...labels, ...config.list('label')].map(nameOf);
  if (!names.includes('provider')) config.append('label', 'provider=ssh');
}

function* addOption(config: EngineConfig, option: string): Generator<Problem> {
  const { name, value } = readOption(option);
  const conflict = config.option(name, value);
  if (conflict === undefined) return;
  yield {
    problem: `--engine-opt ${name}=${value}: the engine is configured with ${name} ${conflict.has}`,
    fix: `take ${name} out of the engine’s own configuration, or drop --engine-opt ${name}`,
  };
}

function dropInText(
  config: EngineConfig,
  docker: DockerFacts,
  wanted: WantedEngine,
  environment: boolean,
): string {
  // After a colon in front of the program systemd expands no variables.
  const expands = !/^[-@+!]*:/.test(docker.command[0] ?? '');
  const own = (word: string) =>
    quoteWord(expands ? literal(word) : literal(word).replaceAll('$$', '$'));
  return [
    `# Of the swarmctl cluster ${wanted.cluster}: \`swarmctl destroy ${wanted.cluster}\` takes it back.`,
    '[Service]',
    ...(needsOlderApi(docker) ? [`Environment=DOCKER_MIN_API_VERSION=${SWARM_API}`] : []),
    ...(environment ? [`EnvironmentFile=${ENVIRONMENT_FILE}`] : []),
    'ExecStart=',
    `ExecStart=${[...config.command.map(quoteWord), ...config.added.map(own)].join(' ')}`,
    '',
  ].join('\n');
}

function needsOlderApi({ engine }: DockerFacts): boolean {
  if (engine === undefined) return false;
  const minor = (version: string) => Number(/^1\.(\d+)/.exec(version)?.[1] ?? 0);
  return parseInt(engine.version, 10) >= 29 || minor(engine.minApi) > minor(SWARM_API);
}
