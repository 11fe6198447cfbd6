import { must, run } from './exec.mjs';

const CHOOSE_ENGINE = ['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH'];

/**
 * @callback Docker Runs the docker CLI against one engine and returns its stdout.
 * @param {readonly string[]} args
 * @param {{ input?: import('node:stream').Readable, timeout?: number }} [options]
 * @returns {Promise<string>}
 */

/**
 * The environment of commands that talk to the engine at an endpoint; without one, to the engine
 * the person uses already.
 *
 * @param {string} [endpoint]
 * @returns {NodeJS.ProcessEnv}
 */
export function engineEnvironment(endpoint) {
  if (endpoint === undefined) return { ...process.env };
  const others = Object.entries(process.env).filter(([name]) => !CHOOSE_ENGINE.includes(name));
  return { ...Object.fromEntries(others), DOCKER_HOST: endpoint };
}

/**
 * @param {string} [endpoint]
 * @returns {Docker}
 */
export function dockerAt(endpoint) {
  const env = engineEnvironment(endpoint);
  return (args, options) => must('docker', args, { env, ...options });
}

/**
 * The person's own engine, if one answers that can hold hosts: on this machine, and an engine
 * rather than the manager of a swarm.
 *
 * @returns {Promise<string | undefined>} Its endpoint.
 */
export async function findOwnEngine() {
  const options = { timeout: 10_000 };
  const { code, stdout } = await run('docker', ['info', '--format', '{{.ServerVersion}}'], options);
  const version = stdout.trim();
  // An engine that does not answer leaves the version empty, and in old CLIs the exit code 0.
  if (code !== 0 || version === '' || version.startsWith('swarm/')) return undefined;
  const context = await run(
    'docker',
    ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'],
    options,
  );
  const endpoint = context.stdout.trim();
  return /^(unix:\/\/|tcp:\/\/(127\.|localhost\b|\[::1\]))/.test(endpoint) ? endpoint : undefined;
}
