import { describe, expect, it } from 'vitest';
import { connectionError, judge, ownWords } from '../../../src/ssh/words.ts';

const place = {
  host: 'web1',
  user: 'deploy',
  byHand: 'deploy@web1',
  knownHostsFile: '/home/me/.swarmctl/clusters/c/known_hosts',
};

const CHANGED = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
Someone could be eavesdropping on you right now (man-in-the-middle attack)!
It is also possible that a host key has just been changed.
The fingerprint for the ED25519 key sent by the remote host is
SHA256:cgJxLW2/lRBWAzHEGV1t2o8Ekbbf9M2WQ5j2O9xCAdk.
Please contact your system administrator.
Add correct host key in /home/me/known hosts to get rid of this message.
Offending ED25519 key in /home/me/known hosts:12
  remove with:
  ssh-keygen -f "/home/me/known hosts" -R "[web1]:2222"
Host key for [web1]:2222 has changed and you have requested strict checking.
Host key verification failed.
`;

/** What ssh said, and what it means. */
const WORDS: readonly [string, string, string, boolean, RegExp][] = [
  [
    'a key that has changed',
    CHANGED,
    'SSH_HOST_KEY',
    false,
    /known from \/home\/me\/known hosts line 12/,
  ],
  [
    'a revoked key',
    `@       WARNING: REVOKED HOST KEY DETECTED!               @\nThe ED25519 host key for web1 is marked as revoked.\nHost key verification failed.`,
    'SSH_HOST_KEY',
    false,
    /revoked by/,
  ],
  [
    'an unknown key',
    'No ED25519 host key is known for web1 and you have requested strict checking.\nHost key verification failed.',
    'SSH_HOST_KEY',
    false,
    /not known yet/,
  ],
  [
    'no key of ours',
    'deploy@web1: Permission denied (publickey,keyboard-interactive).',
    'SSH_AUTH',
    false,
    /does not let deploy in \(it takes: publickey,keyboard-interactive\)/,
  ],
  [
    'too many keys',
    'Received disconnect from 10.0.0.5 port 22:2: Too many authentication failures\nDisconnected from 10.0.0.5 port 22',
    'SSH_AUTH',
    false,
    /more keys/,
  ],
  [
    'a key that others can read',
    "Permissions 0644 for '/home/me/key' are too open.\nThis private key will be ignored.\ndeploy@web1: Permission denied (publickey).",
    'SSH_AUTH',
    false,
    /others can read the key \/home\/me\/key/,
  ],
  [
    'no sshd',
    'ssh: connect to host web1 port 22: Connection refused',
    'SSH_UNREACHABLE',
    true,
    /refused/,
  ],
  [
    'no answer',
    'ssh: connect to host web1 port 22: Connection timed out',
    'SSH_UNREACHABLE',
    true,
    /does not answer/,
  ],
  [
    'no answer, on macOS',
    'ssh: connect to host web1 port 22: Operation timed out',
    'SSH_UNREACHABLE',
    true,
    /does not answer/,
  ],
  [
    'a port that accepts and says nothing',
    'Connection timed out during banner exchange\nConnection to 10.0.0.5 port 22 timed out',
    'SSH_UNREACHABLE',
    true,
    /does not answer/,
  ],
  [
    'a host that is down',
    'ssh: connect to host web1 port 22: No route to host',
    'SSH_UNREACHABLE',
    true,
    /not answer/,
  ],
  [
    'a host behind a jump host that refuses',
    'channel 0: open failed: connect failed: Connection refused\nstdio forwarding failed\nConnection closed by UNKNOWN port 65535',
    'SSH_UNREACHABLE',
    true,
    /refused/,
  ],
  [
    'a host that is starting',
    '"System is booting up. Unprivileged users are not permitted to log in yet. Please come back later. For technical details, see pam_nologin(8)."\nConnection closed by 10.0.0.5 port 22',
    'SSH_UNREACHABLE',
    true,
    /still starting/,
  ],
  [
    'no such name',
    'ssh: Could not resolve hostname web1: Name or service not known',
    'SSH_UNREACHABLE',
    false,
    /name is not known/,
  ],
  [
    'no network',
    'ssh: connect to host web1 port 22: Network is unreachable',
    'SSH_UNREACHABLE',
    false,
    /no way/,
  ],
  [
    'a firewall of ours',
    'ssh: connect to host web1 port 22: Permission denied',
    'SSH_UNREACHABLE',
    false,
    /no way/,
  ],
  [
    'an old sshd',
    'Unable to negotiate with 10.0.0.5 port 22: no matching host key type found. Their offer: ssh-rsa,ssh-dss',
    'SSH_UNREACHABLE',
    false,
    /no host key type in common/,
  ],
  [
    'a config that is broken',
    '/home/me/.ssh/config: line 3: Bad configuration option: foo\n/home/me/.ssh/config: terminating, 1 bad configuration options',
    'SSH_UNREACHABLE',
    false,
    /configuration/,
  ],
  [
    'too many connections',
    'kex_exchange_identification: Connection closed by remote host\nConnection closed by 10.0.0.5 port 22',
    'SSH_UNREACHABLE',
    false,
    /closed before it stood/,
  ],
  ['words that nobody knows', 'zlib: out of cheese', 'SSH_UNREACHABLE', false, /ssh gave up/],
];

describe('what ssh says', () => {
  it.each(WORDS)('of %s', (_what, words, code, retry, reason) => {
    const verdict = judge(words, place);
    expect(verdict).toMatchObject({ code, retry, reason: expect.stringMatching(reason) as string });
    expect(verdict.suggestions.length).toBeGreaterThan(0);
  });

  it('names the line to remove when a key has changed', () => {
    expect(judge(CHANGED, place).suggestions).toContain(
      "if it has, forget the old one: ssh-keygen -R '[web1]:2222' -f /home/me/known hosts",
    );
  });

  it('is shown in one line, without frames and news', () => {
    const words =
      "Warning: Permanently added 'web1' (ED25519) to the list of known hosts.\r\na: no\r\n";
    expect(ownWords(`@@@@\n${words}`)).toBe('a: no');
  });

  it('is part of the error, with the host', () => {
    const words = 'deploy@web1: Permission denied (publickey).';
    const error = connectionError(judge(words, place), words, place);
    expect(error.host).toBe('web1');
    expect(error.message).toBe(
      'cannot connect to web1: it does not let deploy in (it takes: publickey); ssh says: deploy@web1: Permission denied (publickey).',
    );
  });
});
