import { isLocal, masterOf } from '../cluster/record.ts';
import { digest } from '../util/digest.ts';
import type { DiscoveryKind } from './discovery.ts';
import { addressesOf, POLLING_HEARTBEAT } from './nodes.ts';

const FOLDER = '/etc/swarmctl/discovery';
const NAME = 'nodes';

/** The list of nodes in a file on the master, which the manager reads again and again. */
export const file: DiscoveryKind = {
  kind: 'file',
  facts: {
    summary: 'a list in a file on the master, read again every 5 s',
    needs: 'nothing; no agents',
    managers: false,
    lostAfter: "the manager's own checks, about 30 s; it stays in the list",
    tls: 'not needed',
  },
  deploy: {
    kind: 'file',
    agents: false,
    credentials: 'none',
    files: (record) =>
      Promise.resolve([
        {
          path: `${FOLDER}/${NAME}`,
          text: addressesOf(record)
            .map((address) => `${address}\n`)
            .join(''),
          mode: 0o644,
        },
      ]),
    wiring: (record) => ({
      url: `file://${FOLDER}/${NAME}`,
      options: [],
      credentials: [],
      managerHeartbeat: POLLING_HEARTBEAT,
      // The folder: a file that is replaced would leave its old self mounted.
      mounts: [FOLDER],
      // On a local master the file itself is put right.
      ...(!isLocal(masterOf(record)) && { revision: digest(addressesOf(record).join()) }),
    }),
    async ask(access, _record, signal) {
      const text = (await access.masterFiles(FOLDER, signal)).get(NAME);
      if (text === undefined) throw new Error(`${FOLDER}/${NAME} is missing on the master`);
      const members = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      return { version: 'file', members: members.sort() };
    },
  },
};
