import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRequest } from '../../../src/actions/cluster-request.ts';
import { hostsFault, initConfig, nameAndHosts } from '../../../src/actions/init-config.ts';
import { clusterNamed } from '../../../src/actions/open-cluster-file.ts';
import { validateConfig } from '../../../src/actions/validate-config.ts';
import { DEFAULTS } from '../../../src/config/settings.ts';
import { makeCertificates } from '../support/tls-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const context = { env: {} };

async function fileWith(...lines: string[]): Promise<string> {
  const file = path.join(await temporaryFolder(), 'swarmctl.yaml');
  await writeFile(file, lines.join('\n'));
  return file;
}

describe('init', () => {
  it('writes what create takes, and asks for the same cluster as without a file', async () => {
    const file = path.join(await temporaryFolder(), 'x.yaml');
    expect(await initConfig(file, false, {})).toEqual({ file, name: 'etcd' });
    const nothing = { values: DEFAULTS, origin: () => 'default' as const };
    const { spec, discoveryFiles, imageArchives } = await readRequest(nothing, undefined, context);
    expect(await readRequest(nothing, file, context)).toMatchObject({
      spec,
      discoveryFiles,
      imageArchives,
    });
  });

  it('writes what it is told', async () => {
    const file = path.join(await temporaryFolder(), 'x.yaml');
    const answers = {
      name: 'true',
      discovery: 'etcd://10.0.0.5:2379/team',
      nodes: 7,
      'swarm-strategy': 'random',
    };
    await initConfig(file, false, answers);
    const text = await readFile(file, 'utf8');
    for (const line of [
      'name: "true"',
      'discovery: etcd://10.0.0.5:2379/team',
      'nodes: 7',
      'strategy: random',
    ]) {
      expect(text).toContain(line);
    }
    expect(await validateConfig(file, context)).toEqual({ file, name: 'true' });
  });

  it('writes hosts, and files by their way from it', async () => {
    const folder = await temporaryFolder();
    const { authority, client } = await makeCertificates();
    const files = { 'ca.pem': authority.certificate, 'cert.pem': client.certificate };
    for (const [name, text] of Object.entries({ ...files, 'key.pem': client.privateKey })) {
      await writeFile(path.join(folder, name), text);
    }
    const here = (name: string) => path.relative(process.cwd(), path.join(folder, name));
    await mkdir(path.join(folder, 'below'));
    const file = path.join(folder, 'below/x.yaml');
    const host = ['ssh://root@10.0.0.1', 'tcp://10.0.0.2', 'local'];
    await initConfig(file, false, {
      ...{ host, 'local-address': '10.0.0.9', 'ssh-key': here('id') },
      ...{
        'tls-ca-cert': here('ca.pem'),
        'tls-cert': here('cert.pem'),
        'tls-key': here('key.pem'),
      },
    });
    const text = await readFile(file, 'utf8');
    expect(text).toContain(`hosts:\n${host.map((url) => `  - ${url}\n`).join('')}`);
    expect(text).toContain('  ca: ../ca.pem\n');
    expect(text).not.toMatch(/^nodes:/m);
    expect(await validateConfig(file, context)).toEqual({ file, name: 'etcd' });
    const nothing = { values: DEFAULTS, origin: () => 'default' as const };
    const { spec, ssh } = await readRequest(nothing, file, context);
    expect(spec).toMatchObject({ nodes: 2, localAddress: '10.0.0.9' });
    expect(ssh.keyFile).toBe(path.join(folder, 'id'));
  });

  it('refuses hosts that create would refuse', async () => {
    const file = path.join(await temporaryFolder(), 'x.yaml');
    await expect(initConfig(file, false, { host: ['ssh://a', 'b'], nodes: 5 })).rejects.toThrow(
      /--host "b" is not the URL of a host: did you mean ssh:\/\/b\?\n--nodes 5 contradicts --host/,
    );
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  it('tells a name from hosts', () => {
    expect(nameAndHosts([])).toEqual({});
    expect(nameAndHosts(['staging'])).toEqual({ name: 'staging' });
    expect(nameAndHosts(['Bad'])).toEqual({ name: 'Bad' });
    expect(nameAndHosts(['x', 'ssh://a', 'b'])).toEqual({ name: 'x', host: ['ssh://a', 'b'] });
    for (const host of ['local', 'ssh://a', 'root@a', '10.0.0.1', '[fd00::1]']) {
      expect(nameAndHosts([host, 'b'])).toEqual({ host: [host, 'b'] });
    }
  });

  it('has the fault of hosts that were typed', () => {
    expect(hostsFault(['ssh://a', 'ssh://b'])).toBeUndefined();
    expect(hostsFault(['ssh://a', 'b'])).toMatch(/^"b" is not the URL of a host/);
  });

  it('refuses what create would refuse, and writes nothing', async () => {
    const file = path.join(await temporaryFolder(), 'x.yaml');
    await expect(initConfig(file, false, { name: 'Bad', nodes: 0 })).rejects.toThrow(
      /name "Bad" .*\n--nodes 0 /,
    );
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  it('writes over a file only by force', async () => {
    const file = await fileWith('mine');
    await expect(initConfig(file, false, {})).rejects.toMatchObject({
      code: 'USAGE',
      message: `${file} is there already; nothing was written`,
    });
    expect(await readFile(file, 'utf8')).toBe('mine');
    await initConfig(file, true, {});
    expect(await readFile(file, 'utf8')).toContain('version: 1');
  });

  it('says why it cannot write', async () => {
    const file = path.join(await temporaryFolder(), 'missing/x.yaml');
    await expect(initConfig(file, false, {})).rejects.toThrow('cannot be written: ENOENT');
  });
});

describe('config validate', () => {
  it('tells what the file is wrong in itself and what is wrong for a cluster, in its order', async () => {
    const file = await fileWith(
      'version: 1',
      'name: Demo',
      'nodes: 101',
      'fo: 1',
      'discovery: {kind: etcd, ca: missing.pem}',
      'images: {etcd: "a b", zk: "c d"}',
      'swarm:',
      '  strategy: best',
      '  managerOptions: {heartbeat: 5s, tlsverify: }',
      'engine: {labels: [a=b, c]}',
    );
    const error = await validateConfig(file, context).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'USAGE', exitCode: 2 });
    const missing = path.join(path.dirname(file), 'missing.pem');
    expect((error as Error).message.replaceAll(`${file}:`, '').split('\n')).toEqual([
      '2:1: name "Demo" must consist of a-z, 0-9 and "-", and neither begin nor end with "-"',
      '3:1: nodes 101 must be a whole number from 1 to 100',
      expect.stringMatching(/^4:1: fo is unknown/),
      expect.stringMatching(`^5:25: discovery.ca ${missing}: ENOENT`),
      '6:10: images.etcd "a b" is not an image name such as registry.example.org/name:tag',
      '8:3: swarm.strategy "best" is unknown; known: spread, binpack, random',
      '9:35: swarm.managerOptions "tlsverify": swarmctl sets --tlsverify itself',
      expect.stringMatching(/^10:24: engine.labels "c" must look like name=value/),
    ]);
  });

  it('tells what is wrong with hosts by number, key, line and column', async () => {
    const file = await fileWith(
      'version: 1',
      'name: demo',
      'nodes: 9',
      'hosts:',
      '  - root@10.0.0.1',
      '  - url: ssh://root@10.0.0.3',
      '    role: master',
      '    address: fe80::1%eth0',
      '    engine:',
      '      labels:',
      '        - a=b',
      '        - c',
      '      options: {host: x}',
      '  - url: ssh://root@10.0.0.3',
      '    role: master',
      '    tls: {ca: x.pem}',
      '  - url: tcp://10.0.0.5',
      '    tls: {ca: x.pem, cert: y.pem, key: z.pem}',
      '  - tcp://10.0.0.6',
      'ports: {engine: 70000, manager: 2379}',
      'ssh: {user: "a b", strict: sometimes}',
      'engine: {install: false, installUrl: "https://x"}',
      'localAddress: localhost',
    );
    const error = await validateConfig(file, context).catch((reason: unknown) => reason);
    expect((error as Error).message.replaceAll(`${file}:`, '').split('\n')).toEqual([
      '3:1: nodes 9 contradicts hosts: one host is the master, which leaves 4 of them',
      '5:5: hosts[0] "root@10.0.0.1" is not the URL of a host: did you mean ssh://root@10.0.0.1?',
      '8:5: hosts[1].address "fe80::1%eth0" has a zone, which other hosts do not know',
      expect.stringMatching(/^12:11: hosts\[1\]\.engine\.labels "c" must look like name=value/),
      '13:17: hosts[1].engine.options "host=x": swarmctl sets --host itself',
      '14:5: hosts[2] ssh://root@10.0.0.3 is there twice',
      '15:5: hosts[2].role is master, and hosts[1] is that already',
      '16:11: hosts[2].tls is for engines at tcp://',
      expect.stringMatching(/^18:11: hosts\[3\]\.tls\.ca .*x\.pem: ENOENT/),
      expect.stringMatching(/^18:22: hosts\[3\]\.tls\.cert .*y\.pem: ENOENT/),
      expect.stringMatching(/^18:35: hosts\[3\]\.tls\.key .*z\.pem: ENOENT/),
      '19:5: hosts[4] tcp://10.0.0.6:2376 needs --tls-ca-cert, --tls-cert and --tls-key: a cluster is TLS everywhere (--insecure where no engine has any)',
      '20:9: ports.engine 70000 is not a port; ports are 1 to 65535',
      '20:24: ports.manager 2379 is the port of the store on the master as well',
      '21:7: ssh.user: "a b" cannot be the name of a user',
      '21:20: ssh.strict "sometimes" is unknown; known: accept-new, yes',
      '22:26: engine.installUrl says how Docker is installed, and engine.install that it is not',
      '23:1: localAddress "localhost" means the host itself on every host',
    ]);
  });

  it('says of a ttl that is none where it stands', async () => {
    const file = await fileWith('version: 1', 'name: demo', 'nodes: 1', 'ttl: 2d');
    await expect(validateConfig(file, context)).rejects.toThrow(
      `${file}:4:1: ttl "2d" must be a duration such as 2h`,
    );
  });

  it('names discovery by its key', async () => {
    const file = await fileWith('version: 1', 'name: demo', 'discovery:', '  url: ectd://a:1');
    await expect(validateConfig(file, context)).rejects.toThrow(
      `${file}:4:3: discovery "ectd://a:1" is unknown; known: `,
    );
  });
});

describe('the cluster that a command is about', () => {
  it('is NAME, or what the file calls it', async () => {
    const file = await fileWith('version: 1', 'name: demo');
    expect(await clusterNamed('other', file, context)).toBe('other');
    expect(await clusterNamed(undefined, file, context)).toBe('demo');
    expect(await clusterNamed(undefined, undefined, context)).toBeUndefined();
  });

  it('can be named by a file that create would refuse', async () => {
    const file = await fileWith('version: 1', 'name: demo', 'nodes: ${NODES}', 'fo: 1');
    expect(await clusterNamed(undefined, file, context)).toBe('demo');
  });

  it('is not guessed', async () => {
    const file = await fileWith('version: 1', 'nam: demo');
    await expect(clusterNamed(undefined, file, context)).rejects.toThrow(
      /1:1: name is missing\n.*2:1: nam is unknown; did you mean name\?/,
    );
    const folder = await temporaryFolder();
    await mkdir(path.join(folder, 'x.yaml'));
    await expect(clusterNamed(undefined, folder, context)).rejects.toThrow('cannot be read');
  });
});
