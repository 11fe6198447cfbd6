import { cp, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { aptCandidate, aptUnpack } from './apt.mjs';
import { cachedImage, recipe } from './cache.mjs';
import { findCommand, must } from './exec.mjs';
import { imageFromFiles } from './image-from-files.mjs';
import { temporaryFolder } from './temporary.mjs';
import { Unmet } from './unmet.mjs';

export const ZOOKEEPER_IMAGE = 'swarmctl/zookeeper:debian';

const LIBRARY = 'libzookeeper-java';
const JARS = '/usr/share/java';
const SCRIPTS = '/usr/share/zookeeper/bin';

/** What `zkServer.sh` runs. */
const PROGRAMS = ['env', 'bash', 'dirname', 'grep', 'sed', 'mkdir'];

/** Parts of a Java runtime that a server without a desktop never opens, or that lead elsewhere. */
const DROPPED =
  /\/(src\.zip|ct\.sym|cacerts|classes_nocoops\.jsa|lib(atk|awt|font|java?jpeg|jsound|jsvml|lcms|mlib|saproc|splash)[^/]*|psfont[^/]*)$/;

/**
 * What `zkServer.sh` reads first, in place of Debian's, which writes no log at all. The heap is
 * small and the collector plain: many clusters may run on one machine.
 */
const ENVIRONMENT = `
ZOOCFGDIR=/etc/zookeeper/conf
ZOOCFG=$ZOOCFGDIR/zoo.cfg
ZOO_LOG_DIR=/tmp
JMXDISABLE=true
JAVA=java
CLASSPATH=${JARS}/zookeeper.jar:${JARS}/slf4j-simple.jar
SERVER_JVMFLAGS="-Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dorg.slf4j.simpleLogger.logFile=System.out $SERVER_JVMFLAGS"
`;

/**
 * The image of ZooKeeper, made from the library and the Java that are installed here and from the
 * scripts of Debian's package, which would install a desktop along.
 *
 * @param {import('./docker.mjs').Docker} docker
 * @param {string} folder For temporary files.
 */
export async function zookeeperImage(docker, folder) {
  const scripts = await aptCandidate('zookeeper');
  if (scripts === undefined) throw new Unmet('no apt source has the package zookeeper');
  const java = await javaHome();
  return cachedImage({
    docker,
    tag: ZOOKEEPER_IMAGE,
    madeFrom: [
      scripts,
      await must('dpkg-query', ['--show', LIBRARY]),
      await readFile(path.join(java, 'release'), 'utf8'),
      process.arch,
      await recipe(import.meta.url),
    ],
    make: () =>
      temporaryFolder(folder, async (temporary) => {
        const [unpacked, root] = [path.join(temporary, 'package'), path.join(temporary, 'root')];
        await aptUnpack('zookeeper', { into: unpacked, temporary });
        await copyJava(java, root);
        await copyJars(root);
        const environment = path.join(temporary, 'zkEnv.sh');
        await writeFile(environment, ENVIRONMENT);
        await imageFromFiles({
          docker,
          tag: ZOOKEEPER_IMAGE,
          files: {
            ...(await programs()),
            [`${java}/bin/java`]: path.join(java, 'bin/java'),
            [`${java}/lib/server/libjvm.so`]: path.join(java, 'lib/server/libjvm.so'),
            [`${SCRIPTS}/zkServer.sh`]: path.join(unpacked, SCRIPTS, 'zkServer.sh'),
            [`${SCRIPTS}/zkEnv.sh`]: environment,
          },
          changes: [
            `ENV PATH=${SCRIPTS}:${java}/bin:/usr/bin:/bin`,
            'ENTRYPOINT ["zkServer.sh"]',
            'CMD ["start-foreground"]',
          ],
          temporary: root,
        });
      }),
  });
}

async function javaHome() {
  const java = await findCommand('java');
  if (java === undefined) throw new Unmet('please install java');
  return path.resolve(await realpath(java), '../..');
}

/**
 * @param {string} java
 * @param {string} root
 */
async function copyJava(java, root) {
  for (const part of ['conf', 'lib']) {
    const source = path.join(java, part);
    // Its settings are links into /etc.
    await cp(source, path.join(root, source), {
      recursive: true,
      dereference: true,
      filter: (file) => !DROPPED.test(file),
    });
  }
}

/** @param {string} root The library's own packages and those it names; nothing it loads is deeper. */
async function copyJars(root) {
  const depends = await must('dpkg-query', ['--show', '--showformat=${Depends}', LIBRARY]);
  const packages = depends.split(',').map((each) => each.trim().split(/[\s:]/)[0] ?? '');
  const lists = await Promise.all(
    [LIBRARY, ...packages].map((name) => must('dpkg', ['--listfiles', name])),
  );
  const files = lists.flatMap((list) => list.split('\n'));
  await mkdir(path.join(root, JARS), { recursive: true });
  for (const file of files.filter((name) => name.startsWith(`${JARS}/`) && name.endsWith('.jar'))) {
    await cp(file, path.join(root, file), { verbatimSymlinks: true });
  }
}

/** @returns {Promise<Record<string, string>>} */
async function programs() {
  /** @type {Record<string, string>} */
  const files = {};
  for (const program of PROGRAMS) {
    const found = await findCommand(program);
    if (found === undefined) throw new Unmet(`please install ${program}`);
    files[`/usr/bin/${program}`] = found;
  }
  return files;
}
