/** Registered names that are met often; "/tcp" or "/udp" where only one is registered. Shared by the engine and the pages. */
export const WELL_KNOWN = `
  tcpmux 1/tcp, echo 7, discard 9, systat 11/tcp, daytime 13, netstat 15/tcp, qotd 17/tcp, chargen 19, ftp-data 20/tcp,
  ftp 21/tcp, ssh 22/tcp, telnet 23/tcp, smtp 25/tcp, time 37, whois 43/tcp, tacacs 49, domain 53, bootps 67/udp,
  bootpc 68/udp, tftp 69/udp, gopher 70/tcp, finger 79/tcp, http 80/tcp, kerberos 88, pop3 110/tcp, sunrpc 111,
  auth 113/tcp, nntp 119/tcp, ntp 123/udp, epmap 135/tcp, netbios-ns 137/udp, netbios-dgm 138/udp, netbios-ssn 139/tcp,
  imap2 143/tcp, snmp 161, snmp-trap 162, xdmcp 177/udp, bgp 179/tcp, ldap 389, https 443, microsoft-ds 445/tcp,
  kpasswd 464, submissions 465/tcp, isakmp 500/udp, exec 512/tcp, login 513/tcp, who 513/udp, shell 514/tcp,
  syslog 514/udp, printer 515/tcp, talk 517/udp, ntalk 518/udp, route 520/udp, gdomap 538, afpovertcp 548/tcp,
  submission 587/tcp, ipp 631/tcp, ldaps 636, domain-s 853, rsync 873/tcp, ftps-data 989/tcp, ftps 990/tcp,
  telnets 992/tcp, imaps 993/tcp, pop3s 995/tcp, socks 1080/tcp, openvpn 1194, ms-sql-s 1433/tcp, ms-sql-m 1434/udp,
  l2f 1701/udp, radius 1812, radius-acct 1813, mqtt 1883/tcp, nfs 2049, etcd-client 2379/tcp, dict 2628/tcp,
  iscsi-target 3260/tcp, mysql 3306/tcp, ms-wbt-server 3389, nut 3493, distcc 3632/tcp, svn 3690/tcp,
  ipsec-nat-t 4500/udp, munin 4949/tcp, sip 5060, sip-tls 5061, iperf3 5201, xmpp-client 5222/tcp,
  xmpp-server 5269/tcp, mdns 5353/udp, llmnr 5355, postgresql 5432/tcp, nrpe 5666/tcp, amqps 5671/tcp, amqp 5672/tcp,
  rfb 5900/tcp, x11 6000/tcp, redis 6379/tcp, kubernetes 6443/tcp, ircd 6667/tcp, bbs 7000/tcp, font-service 7100/tcp,
  http-alt 8080/tcp, puppet 8140/tcp, https-alt 8443/tcp, secure-mqtt 8883/tcp, prometheus 9090/tcp,
  bacula-dir 9101/tcp, elasticsearch 9200/tcp, git 9418/tcp, zabbix-agent 10050/tcp, zabbix-trapper 10051/tcp,
  memcached 11211, mongodb 27017/tcp, asp 27374, wireguard 51820/udp`;

let names: ReadonlyMap<string, string> | undefined;

function read(): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  for (const entry of WELL_KNOWN.split(',')) {
    const [name = '', port = ''] = entry.trim().split(' ');
    const [number = '', only] = port.split('/');
    for (const transport of only ? [only.toUpperCase()] : ['TCP', 'UDP']) table.set(`${number}/${transport}`, name);
  }
  return table;
}

/** @param key 443/TCP. @returns null when nothing is registered */
export function wellKnownService(key: string): string | null {
  names ??= read();
  return names.get(key) ?? null;
}
