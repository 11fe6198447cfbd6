import type { SshHost } from '../sandbox/ssh-host.mjs';

/** A host of the sandbox, over SSH or TCP. */
export type AnyHost = Pick<SshHost, 'name' | 'address' | 'exec'>;

export async function on(host: AnyHost, script: string): Promise<string> {
  return host.exec('sh', '-c', script);
}

/**
 * All that a cluster may leave on a host: files with owners and times, packages, units, ports,
 * containers, images and volumes; the same text when nothing of it has changed.
 */
export async function tracesOn(host: AnyHost): Promise<string> {
  return on(
    host,
    `find /etc/docker /etc/systemd/system /etc/default/docker /etc/swarmctl ! -name key.json \\
      ! -type d ! -xtype l -printf '%p %u:%g %m %T@ %l ' -exec sha256sum {} \\; 2> /dev/null | sort
    ls -d /etc/docker /etc/swarmctl /etc/systemd/system/docker.service.d 2> /dev/null
    dpkg-query --show
    if command -v systemctl > /dev/null; then
      systemctl is-active docker docker.socket containerd
      systemctl is-enabled docker docker.socket
      ss -Hltn 'sport < 20000' | awk '{ print $4 }' | sort
    fi
    hostname; iptables -S INPUT
    command -v docker > /dev/null || exit 0
    docker ps --all --no-trunc --format '{{.Names}} {{.State}} {{.ID}}' | sort
    docker images --quiet; docker volume ls --quiet
    docker info --format '{{.Driver}} {{.Name}} {{.ID}} {{json .Labels}}'`,
  );
}

/** What shows a restart: the process of the engine, and the start of every container. */
export async function startsOn(host: AnyHost): Promise<string> {
  return on(
    host,
    `pidof dockerd
    for id in $(docker ps --quiet); do
      docker inspect --format '{{.Name}} {{.Id}} {{.State.StartedAt}}' "$id"
    done | sort`,
  );
}
