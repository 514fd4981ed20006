import type { Language } from '@shared/text/index';

type Names = Readonly<Record<number, readonly [en: string, zh: string]>>;

/** ICMP type 3 (RFC 792, RFC 1812 section 5.2.7.1). */
const V4: Names = {
  0: ['network not reachable', '网络不可达'],
  1: ['host not reachable', '主机不可达'],
  2: ['protocol not supported', '协议不支持'],
  3: ['nothing listens on that port', '该端口无程序监听'],
  4: ['packet too big', '数据包过大'],
  5: ['source route failed', '源路由失败'],
  6: ['network not known', '网络未知'],
  7: ['host not known', '主机未知'],
  9: ['network administratively prohibited', '网络被管理策略禁止'],
  10: ['host administratively prohibited', '主机被管理策略禁止'],
  11: ['network not reachable for this type of service', '该服务类型的网络不可达'],
  12: ['host not reachable for this type of service', '该服务类型的主机不可达'],
  13: ['administratively prohibited (firewall)', '被管理策略禁止（防火墙）'],
};

/** ICMPv6 type 1 (RFC 4443 section 3.1). */
const V6: Names = {
  0: ['no route to the destination', '没有到目的地的路由'],
  1: ['administratively prohibited (firewall)', '被管理策略禁止（防火墙）'],
  2: ['beyond the scope of the source address', '超出源地址的作用范围'],
  3: ['address not reachable', '地址不可达'],
  4: ['nothing listens on that port', '该端口无程序监听'],
  5: ['source address failed policy', '源地址不符合策略'],
  6: ['the route rejects it', '路由被拒绝'],
};

/** What the reporter says, in words. */
export function reasonOf(family: number, type: number, code: number, language: Language): string {
  const words = (family === 6 ? V6 : V4)[code];
  return words?.[language === 'zh-CN' ? 1 : 0] ?? `ICMP ${type}/${code}`;
}

/** Destination unreachable, without "fragmentation needed". */
export function isUnreachable(family: number, type: number, code: number): boolean {
  return family === 6 ? type === 1 : type === 3 && code !== 4;
}

export function isPortUnreachable(family: number, type: number, code: number): boolean {
  return isUnreachable(family, type, code) && code === (family === 6 ? 4 : 3);
}
