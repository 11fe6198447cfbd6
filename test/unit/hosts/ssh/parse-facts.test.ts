import { describe, expect, it } from 'vitest';
import { parseFacts } from '../../../../src/hosts/ssh/parse-facts.ts';

const MARK = '00000000-0000-4000-8000-000000000000';

/** Parts of a name and a text, or of a name, a value and a text. */
function parse(parts: readonly (readonly string[])[]) {
  const said = [...parts, ['end']].map(([name = '', ...values]) => {
    const [text = '', value] = values.reverse();
    return `\n${MARK} ${name}${value === undefined ? '' : ` ${value}`}\n${text}`;
  });
  return parseFacts(['Welcome!\n', ...said].join(''), MARK);
}

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
   1: 0100007F:1F90 0100007F:0016 01 00000000:00000000 00:00000000 00000000     0        0 2
   0: 00000000000000000000000000000000:0948 00000000000000000000000000000000:0000 0A 0 0 0\n`;

describe('what a server says', () => {
  it('is nothing when it did not come to its end', () => {
    expect(parseFacts(`\n${MARK} root\nuser`, MARK)).toBeUndefined();
  });

  it('is read as it comes', () => {
    const facts = parse([
      ['root', 'user'],
      ['ssh', '192.0.2.1 50000 192.0.2.7 22'],
      ['clock', '1700000000.5'],
      ['machine-id', 'abc\n'],
      ['hostname', 'a\n'],
      ['architecture', 'aarch64\n'],
      ['os', 'NAME="X"\nID=ubuntu\nVERSION_ID="24.04"\nID_LIKE=\'debian linux\'\n'],
      ['systemd'],
      ['tcp', TCP],
      ['ss', 'LISTEN 0 128 *:2376 *:* users:(("dockerd",pid=1,fd=3))\n'],
      [
        'interfaces',
        [
          '1: lo    inet 127.0.0.1/8 scope host lo',
          '2: eth0@if3    inet 192.0.2.7/24 brd 192.0.2.255 scope global eth0',
          '2: eth0    inet6 fd00::7/64 scope global ',
          '2: eth0    inet6 fe80::1/64 scope link ',
          '3: docker0    inet 172.17.0.1/16 scope global docker0',
          '4: br-0123456789ab    inet 172.18.0.1/16 scope global br-0123456789ab',
        ].join('\n'),
      ],
      ['firewall', 'ufw'],
      [
        'free',
        'Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/x 100 40 60 40% /\n',
      ],
    ]);
    expect(facts).toEqual({
      machineId: 'abc',
      hostname: 'a',
      os: { id: 'ubuntu', version: '24.04', like: ['debian', 'linux'] },
      architecture: 'aarch64',
      root: 'user',
      systemd: true,
      apt: false,
      clock: 1_700_000_000.5,
      sshAddress: '192.0.2.7',
      addresses: ['192.0.2.7', 'fd00::7'],
      listening: [
        { port: 22, program: '' },
        { port: 2376, program: 'dockerd' },
      ],
      free: 60 * 1024,
      firewall: 'ufw',
      docker: undefined,
    });
  });

  it('needs no ip and no ss', () => {
    const trie =
      '     |-- 127.0.0.1\n        /32 host LOCAL\n     |-- 192.0.2.7\n        /32 host LOCAL\n';
    const inet6 =
      '00000000000000000000000000000001 01 80 10 80       lo\n' +
      'fd000000000000000000000000000007 02 40 00 80     eth0\n';
    const four = ['192.0.2.7', 'fd00::7'];
    expect(
      parse([
        ['tcp', TCP],
        ['trie', trie],
        ['inet6', inet6],
      ])?.addresses,
    ).toEqual(four);
    expect(parse([['addresses', '192.0.2.7 172.17.0.1 fd00::7 \n']])?.addresses).toEqual(four);
  });

  it('tells why it is not root', () => {
    expect(parse([['root', 'sudo: a password is required']])?.root).toEqual({
      refused: 'sudo: a password is required',
    });
  });
});

describe('its Docker', () => {
  const unit = '[Service]\nEnvironment=X=1\nExecStart=/usr/bin/dockerd -H fd:// $OPTS\n';
  const folder = '/etc/systemd/system/docker.service.d';

  it('is told without anything that could be mistaken for something else', () => {
    const facts = parse([
      ['root', 'user'],
      ['active', 'active'],
      ['enabled', 'enabled'],
      ['unit', '/lib/systemd/system/docker.service', unit],
      ['environment', 'OPTS="--label a=b"\nend\n'],
      ['daemon.json', '{"a":\n"unit 00"}'],
      ['cli'],
    ]);
    expect(facts?.docker).toEqual({
      command: ['/usr/bin/dockerd', '-H', 'fd://', '$OPTS'],
      arguments: ['/usr/bin/dockerd', '-H', 'fd://', '--label', 'a=b'],
      active: true,
      enabled: true,
      ownDropIn: false,
      later: [],
      cli: true,
      daemonJson: '{"a":\n"unit 00"}',
    });
  });

  it('may have a drop-in of ours already, which is none of its own configuration', () => {
    const facts = parse([['unit', '/lib/systemd/system/docker.service', unit], ['own-drop-in']]);
    expect(facts?.docker?.ownDropIn).toBe(true);
    expect(facts?.docker?.later).toEqual([]);
  });

  it('may have drop-ins that come after ours', () => {
    const command = '[Service]\nExecStart=\nExecStart=/opt/dockerd\n';
    const facts = parse([
      ['unit', '/lib/systemd/system/docker.service', unit],
      ['unit', `${folder}/override.conf`, command],
      ['unit', `${folder}/zzz-limits.conf`, '[Service]\nLimitCORE=0\n'],
      ['unit', `${folder}/zzz.conf`, command],
    ]);
    expect(facts?.docker?.later).toEqual([`${folder}/zzz.conf`]);
    expect(facts?.docker?.command).toEqual(['/opt/dockerd']);
  });
});
