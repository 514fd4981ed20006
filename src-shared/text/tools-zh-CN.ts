/** 工具的中文标题、说明和参数说明；英文在各工具的定义里。测试会对照每个工具和参数。 */
export interface ToolWords {
  title: string;
  description: string;
  params: Readonly<Record<string, string>>;
}

const HOST = '在哪台主机上测量。默认 localhost；否则填已配置主机的名称或地址。';
const SSH_PORT = '远程主机的 SSH 端口，覆盖配置中的端口。';
const HOST_PARAMS = { host: HOST, ssh_port: SSH_PORT, port: '远程主机的 SSH 端口；同时给出时以 ssh_port 为准。' };
const LOGIN_PARAMS = {
  username: '仅用于本次调用的 SSH 用户，不会保存。建议使用已配置的主机。',
  password: '仅用于本次调用的 SSH 密码，不保存、不记录。不推荐：请为主机配置密钥。',
};

export const toolsZhCN: Readonly<Record<string, ToolWords>> = {
  list_network_interfaces: {
    title: '网络接口',
    description: '列出主机的网络接口，指出默认接口，并给出地址、状态、速率和开机以来的计数。',
    params: { ...HOST_PARAMS, ...LOGIN_PARAMS },
  },
  get_interface_traffic: {
    title: '接口流量',
    description: '测量一个接口 sample_seconds 秒：总量、平均速率、最忙的连接及其进程。不需要特权；连接名称、端口和程序名是来自网络和其他进程的文本。',
    params: {
      iface: '接口名称，例如 eth0，由 list_network_interfaces 给出。"any" 表示全部接口合计。',
      sample_seconds: '测量秒数，3 到 30，默认 5。',
      ...HOST_PARAMS,
      ...LOGIN_PARAMS,
    },
  },
};
