import { describe, expect, it } from 'vitest';
import { program } from '../../../src/token-service/program.ts';
import { calm } from '../support/cluster.ts';
import { credentialFolder } from './live-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function run(argv: readonly string[], signal = calm) {
  const said = { out: '', err: '' };
  const code = await program(argv, {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    signal,
    version: '1.2.3',
  });
  return { code, ...said };
}

describe('the command line', () => {
  const files = ['--data-dir=d', '--tls-cert=c', '--tls-key=k'];

  it.each([
    [[], '--data-dir is missing'],
    [['--data-dir=', '--tls-cert=c', '--tls-key=k'], '--data-dir is missing'],
    [files.slice(0, 2), '--tls-key is missing'],
    [[...files, '--colour'], "Unknown option '--colour'"],
    [[...files, 'more'], "Unexpected argument 'more'"],
    [[...files, '--listen=a:b'], '--listen "a:b" must look like'],
    [[...files, '--listen=0.0.0.0:65536'], '--listen "0.0.0.0:65536" must look like'],
    [[...files, '--max-clusters=1e3'], '--max-clusters "1e3" must be a whole number'],
    [[...files, '--request-timeout=0'], '--request-timeout "0" must be a whole number'],
  ])('%j is answered with 2 and "%s"', async (argv, sentence) => {
    const { code, out, err } = await run(argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`token-service: ${sentence}`);
    expect(err).toMatch(/; --help shows all flags\n$/);
  });

  it('--help names every flag, --version the version', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    for (const flag of ['--listen', '--client-ca', '--token-file', '--max-nodes-per-cluster']) {
      expect(out).toContain(flag);
    }
    expect(await run(['--version'])).toEqual({ code: 0, out: '1.2.3\n', err: '' });
  });

  it('runs the service until it is told to stop', async () => {
    const credentials = await credentialFolder();
    const data = await temporaryFolder();
    const stop = new AbortController();
    stop.abort();
    const argv = [
      ...['--listen=127.0.0.1:0', `--data-dir=${data}`],
      ...[`--tls-cert=${credentials}/cert.pem`, `--tls-key=${credentials}/key.pem`],
    ];
    const { code, out } = await run(argv, stop.signal);
    expect(code).toBe(0);
    expect(out).toMatch(/ token service 1\.2\.3 listens on 127\.0\.0\.1:\d+ .*\n.* stopping\n/);
  });
});
