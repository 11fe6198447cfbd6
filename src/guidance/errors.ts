import type { ErrorCode } from '../errors.ts';
import type { Explanation } from './explanation.ts';

/** Every error code. The message of an error says what is so in the case; this is what they share. */
export const errors = {
  USAGE: {
    summary: 'the command line, a variable or the cluster file says something that cannot be',
    cause:
      'A command, flag or argument is unknown, a value has the wrong form, or two of them do not go ' +
      'together. All that is wrong is told at once, and nothing was asked or changed.',
    cure: [
      'swarmctl COMMAND --help   its flags and examples',
      'swarmctl config validate   every problem of a cluster file, with line and column',
      'env | grep SWARMCTL_   variables that count as flags',
    ],
  },
  SEVERAL_CLUSTERS: {
    summary: 'no cluster was named, and there are several',
    cause: 'Where there is exactly one cluster its name may be left out, and only there.',
    cure: ['swarmctl ls   then name one: swarmctl status NAME, or --cluster NAME'],
  },
  NO_CLUSTER: {
    summary: 'there is no such cluster',
    cause:
      'Neither ~/.swarmctl/clusters nor the labels on the current Docker Engine know the name. Usual ' +
      'reasons: a slip of the pen, another SWARMCTL_HOME or another user (sudo has a home of its own), ' +
      'DOCKER_HOST or a docker context that leads to another engine than the one with the hosts.',
    cure: [
      'swarmctl ls   the clusters that are known here',
      'eval "$(swarmctl env --unset)"   when DOCKER_HOST leads elsewhere',
      'swarmctl status NAME --host ssh://user@host   when the state of this machine is lost',
    ],
  },
  PREFLIGHT: {
    summary: 'a check before the first change failed; nothing was changed',
    cause:
      'create asks the hosts before it touches one. Each line of the message begins with the name of ' +
      'the check, and the host that it is about.',
    cure: [
      'swarmctl explain CHECK   what a check looks at and what to do, such as explain reach',
      'swarmctl preflight   the same checks, each with its outcome, with the flags of create',
      '--ignore-preflight CHECK   goes on all the same, where you know better',
    ],
  },
  CLUSTER_EXISTS: {
    summary: 'a cluster of that name exists, and --if-exists is fail',
    cause: 'By default create finishes, changes or leaves alone a cluster that is there.',
    cure: [
      'without --if-exists create takes the cluster as it is',
      '--if-exists replace   destroys it first, after a yes',
      'choose another name',
    ],
  },
  SPEC_DIFFERS: {
    summary: 'the cluster that exists was made with other options',
    cause:
      'Either what differs cannot be changed in a cluster that runs, or it can, and nobody was there ' +
      'to say yes. The message says for each setting what is and what was asked for.',
    cure: [
      'swarmctl plan   with the same options, what would change',
      '--yes   applies a change that can be applied',
      'give the options that it was made with, or swarmctl destroy NAME and create it anew',
    ],
  },
  STEP_FAILED: {
    summary: 'a step of the work failed on a host',
    cause:
      'The message names host, step and reason. Reasons that may pass were tried three times already. ' +
      'The rest of the work was ended in good order; what is done already is kept, or taken back with ' +
      '--on-failure rollback.',
    cure: [
      'do what the message says, then run the same command again: it goes on where it stopped',
      'swarmctl status   names the step that failed, why, and its log',
      'swarmctl logs HOST   what manager, agent and store wrote there',
      'swarmctl destroy   takes back what there is',
    ],
  },
  IMAGE: {
    summary: 'a host cannot have an image that it needs',
    cause:
      'The host could not pull it: no way to the registry, no login, no such name or tag, a limit of ' +
      'pulls. And this machine has no copy to hand over, or one for another architecture. Preflight ' +
      'asks the registry beforehand, so most often something has changed since, or only the host has no ' +
      'way out.',
    cure: [
      'docker pull IMAGE   here: what this machine has is copied to the hosts',
      '--image-archive FILE   made by docker save, where there is no way to the registry',
      'docker login REGISTRY   here; hosts pull with the same login',
      '--engine-registry-mirror URL   when a limit of pulls is in the way',
      '--swarm-image, --node-image, --etcd-image   choose others',
    ],
  },
  TIMEOUT: {
    summary: 'the time that the command may take is over',
    cause:
      'Most often something is slow (a pull, a disk, a host that starts) or does not answer. The ' +
      'message says what was waited for and the last reason.',
    cure: [
      '--timeout 15m   gives more time; create goes on where it stopped',
      'look at the last reason: a port that is refused or silent does not get better by waiting',
    ],
  },
  NOT_HEALTHY: {
    summary: 'the manager did not call every node Healthy in time',
    cause:
      'The hosts are there and something between manager, nodes and store is not. The message has the ' +
      'verdict on each node.',
    cure: [
      'swarmctl status   one verdict for each node, with its reason',
      'swarmctl explain Pending   or Unhealthy, Absent, Disconnected: what the verdict means',
      'create --min-nodes N   is content with fewer',
    ],
  },
  CONFIRMATION_NEEDED: {
    summary: 'the command would ask, and there is nobody to ask',
    cause: 'Input or output is no terminal, CI is set, or --json was given. Nothing was changed.',
    cure: ['--yes   in scripts, for what cannot be taken back'],
  },
  LEFTOVERS: {
    summary: 'destroy could not remove everything',
    cause:
      'Something foreign uses a part of the cluster, or a host did not let go of it. The message lists ' +
      'what is left, and the commands that remove it. The cluster stays known.',
    cure: [
      'run the commands that are listed, then swarmctl destroy NAME again',
      'swarmctl destroy NAME --force   forgets what does not answer, and says what is left there',
    ],
  },
  LOCKED: {
    summary: 'another swarmctl is changing the cluster',
    cause:
      'One process at a time changes a cluster. The lock of a process of this machine that is gone is ' +
      'taken over by itself; that of another machine is not, as nothing can be known of it here.',
    cure: [
      '--lock-wait 5m   waits for it',
      'swarmctl lock ls   who it is, and since when',
      'swarmctl lock release NAME --force   when that machine is gone for good',
    ],
  },
  ENGINE_UNREACHABLE: {
    summary: 'no Docker Engine answers where one is looked for',
    cause:
      'Docker is not installed or not started, this user may not use its socket, or DOCKER_HOST or the ' +
      'docker context leads to nothing. swarmctl looks where the docker CLI does: DOCKER_HOST, then ' +
      'DOCKER_CONTEXT, then docker context use, then /var/run/docker.sock. Of a host at tcp:// it can ' +
      'be a firewall, or TLS where none was expected.',
    cure: [
      'docker version   does it answer for docker?',
      'sudo systemctl start docker   when it is installed and does not run',
      'sudo usermod -aG docker $USER   and log in again, when permission is denied',
      'unset DOCKER_HOST DOCKER_CONTEXT; docker context use default   back to the engine of this machine',
      'swarmctl create --host ssh://user@host   makes clusters of servers, with no Docker here',
    ],
  },
  DISCOVERY: {
    summary: 'the discovery store or token service does not do what is asked of it',
    cause: 'It does not answer, refuses, or has not what was named.',
    cure: [
      'swarmctl status   whether the store of a cluster answers',
      'swarmctl logs --discovery   what it wrote',
      '--discovery-ca, --discovery-cert, --discovery-key   of a store that exists and has TLS',
      'swarmctl discovery ls   the kinds there are',
    ],
  },
  SSH_AUTH: {
    summary: 'a server does not let the user in, or does not let them be root',
    cause:
      'No key that ssh offers is known there, the user is another, the key is readable for others, or ' +
      'sudo asks for a password.',
    cure: [
      'ssh user@host true   must work without a question',
      '--ssh-user NAME --ssh-key FILE   name user and key',
      'ssh-copy-id user@host   lets your key in',
      'swarmctl explain root   about sudo',
    ],
  },
  SSH_HOST_KEY: {
    summary: 'the host key of a server is not known, or another than the one known',
    cause:
      'The server was set up anew, the address belongs to another machine by now, or somebody is in ' +
      'between. With --ssh-strict yes keys that are not known yet are refused as well.',
    cure: [
      'ask who runs the server for the fingerprint of its key, and compare',
      'ssh-keygen -R HOST -f FILE   forgets the old one; the message names the file',
    ],
  },
  SSH_UNREACHABLE: {
    summary: 'a server cannot be reached over ssh, or the connection to it is lost',
    cause:
      'The name is not known, nothing listens at the port, a firewall is silent, or the server ended ' +
      'the connection. A connection that is lost is made anew; this is said when that fails too.',
    cure: [
      'ssh user@host true   what does it say?',
      '--ssh-port PORT   when sshd listens elsewhere',
      'ProxyJump in ~/.ssh/config   when the way leads through another host',
    ],
  },
  STATE: {
    summary: 'what this machine keeps of a cluster cannot be read or written',
    cause:
      '~/.swarmctl belongs to somebody else, its disk is full, a file was changed by hand, or what the ' +
      'command needs (the CA, a certificate) is on another machine.',
    cure: [
      'ls -la ~/.swarmctl   whose is it? Commands with sudo leave files of root',
      'df -h ~   is there room?',
      'SWARMCTL_HOME=FOLDER   keeps the state elsewhere',
      'swarmctl destroy NAME   removes a cluster by its labels, also without its state',
    ],
  },
  INTERRUPTED: {
    summary: 'Ctrl-C, SIGTERM or SIGHUP ended the command',
    cause: 'The first signal ends it in good order, the second at once.',
    cure: [
      'the same command again goes on where it stopped',
      'swarmctl status   shows how far it is; swarmctl destroy takes it back',
    ],
  },
  UNEXPECTED: {
    summary: 'a fault of swarmctl itself',
    cause: 'Something happened that it does not know; the message is that of whatever failed.',
    cure: [
      'run it again: nothing is lost by that',
      'swarmctl support   writes a bundle, without secrets, to report it with',
    ],
  },
} as const satisfies Record<ErrorCode, Explanation>;
