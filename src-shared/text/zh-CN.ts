import type { en } from './en';
import { uiZhCN } from './ui-zh-CN';

type Same<Node> = { [Key in keyof Node]: Node[Key] extends string ? string : Same<Node[Key]> };

/** 中文文本，键与 en.ts 相同。 */
export const zhCN: Same<typeof en> = {
  ui: uiZhCN,
  interfaces: {
    done_one: '已获取 1 个网络接口名称',
    done_other: '已获取 {count} 个网络接口名称',
    missing: '本机没有接口 {iface}，可用接口：{list}',
    missing_remote: '远程主机 {host} 没有接口 {iface}，可用接口：{list}',
  },
  traffic: {
    done: '已获取接口流量数据',
    seconds: '采样时长必须是 3 到 30 秒之间的整数',
  },
  error: {
    tool_missing: '没有名为 {name} 的工具。可用工具：{list}',
    scope: '此令牌不能调用 {name}：缺少权限 "{scope}"。',
    scope_hint: '用 `netsonde serve --grant {scope}` 启动服务，或在“设置 > 智能体”中给令牌添加该权限。',
    cancelled: '调用已取消。',
    internal: 'Netsonde 内部出错，详情见日志 {id}。',
    internal_hint: '这是程序缺陷，请附上日志行 {id} 报告。',
    not_object: '{name} 的参数必须是 JSON 对象。',
    twice: '参数 {name} 出现了两次。',
    invalid: '{name} 无效。',
    invalid_because: '参数 {name} 无效：{reason}',
    unknown_parameter: '未知参数 {name}。可用参数：{list}',
    range: '参数 {name} 必须是 {min} 到 {max} 之间的整数。',
    host_name: '参数 {name} 必须是主机名或 IP 地址。',
    user_name: '参数 {name} 必须是用户名。',
    one_of: '参数 {name} 必须是以下之一：{list}',
    busy: '已有 {limit} 个调用在运行，请等其中一个结束。',
    busy_hint: '请一秒后重试。',
    host_not_configured: '找不到远程主机 {host} 的认证配置',
    host_not_configured_hint: '请在“设置 > 主机”中添加，或运行 `netsonde hosts add`。本机名称为 "localhost"。',
  },
};
