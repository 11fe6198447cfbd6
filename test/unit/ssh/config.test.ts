import { execa } from 'execa';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { configText } from '../../../src/ssh/config.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('the config file for ssh', () => {
  it('wins over the config of the person where it has to, and leaves the rest to it', async () => {
    const folder = await temporaryFolder();
    const own = path.join(folder, 'own "config');
    await writeFile(
      own,
      'Host web1\n  HostName 10.0.0.5\n  User me\n  ForwardAgent yes\n  StrictHostKeyChecking no\n  ControlMaster auto\n  LogLevel QUIET\n',
    );
    const file = path.join(folder, 'config');
    const text = configText({
      strict: 'accept-new',
      knownHostsFile: '/home/me/a %h b/known_hosts',
      furtherKnownHosts: ['~/.ssh/known_hosts'],
      configFile: own,
      interactive: false,
      connectTimeout: 7,
    });
    await writeFile(file, text);
    const { stdout } = await execa('ssh', ['-G', '-F', file, 'web1']);
    const lines = stdout.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'hostname 10.0.0.5',
        'user me',
        'forwardagent no',
        'stricthostkeychecking accept-new',
        'batchmode yes',
        'connecttimeout 7',
        'controlmaster false',
        'loglevel INFO',
      ]),
    );
    expect(stdout).toMatch(/^userknownhostsfile \/home\/me\/a %%?h b\/known_hosts .*known_hosts$/m);
  });
});
