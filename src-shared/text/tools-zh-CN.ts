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

const PROCESS_PARAMS = { pid: '只看该进程；不填则为全部。', process_name: '只看名称完全相同的进程，不分大小写。' };
const DURATION = '回看的秒数，1 到 86,400，默认 60。';
const EVENT_QUERY = {
  query: '筛选语言：result:refused port:443 process:nginx remote:10.0.0.0/8 direction:outbound latency>100',
};
const EVENT_PAGE = {
  max_events: '最多行数，1 到 10,000，默认 100。',
  offset: '开头略过的行数；用上一页的 next_offset。',
  since: '只看该时间之后的事件，ISO 8601。',
};
const SESSION = '哪个抓包；不填则为调用者正在进行的，否则为其最近的。';
const DROP_PARAMS = {
  reason: '只看该原因，用内核的名称，例如 NO_SOCKET。',
  include_benign: '是否包含并非丢失的释放，默认 false。',
};

export const toolsZhCN: Readonly<Record<string, ToolWords>> = {
  list_network_interfaces: {
    title: '网络接口',
    description: '列出主机的网络接口，指出默认接口，并给出地址、状态、速率和开机以来的计数。',
    params: { ...HOST_PARAMS, ...LOGIN_PARAMS },
  },
  'network-monitor': {
    title: '数据包速率',
    description: '对一个接口的入站或出站数据包计数若干秒：每秒数据包数；内核能计数时（XDP、tc）为精确值，否则取接口计数器。',
    params: {
      network_operation: '要计数的数据包：incoming（入站）或 outgoing（出站）。',
      interface: '接口名称；不填则为默认路由的接口。',
      duration: '计数秒数，1 到 50，默认 5。',
      ...HOST_PARAMS,
    },
  },
  get_interface_traffic: {
    title: '接口流量',
    description:
      '测量一个接口 sample_seconds 秒：总量、平均速率、最忙的连接及其进程。不需要特权；连接名称、端口和程序名是来自网络和其他进程的文本。',
    params: {
      iface: '接口名称，例如 eth0，由 list_network_interfaces 给出。"any" 表示全部接口合计。',
      sample_seconds: '测量秒数，3 到 30，默认 5。',
      ...HOST_PARAMS,
      ...LOGIN_PARAMS,
    },
  },
  query_network_connections: {
    title: '网络连接',
    description:
      '列出当前存在的 TCP 和 UDP 套接字（监听、连接、TIME_WAIT）及其进程。不含历史：进程尝试过的连接由 list_connections 给出。`program`、`container` 和地址是其他进程的文本。',
    params: {
      proto: 'tcp、udp 或 all（默认）。',
      state: 'TCP 状态，不分大小写：LISTEN、ESTABLISHED、TIME_WAIT、CLOSE_WAIT 等。不能与 proto udp 同用。',
      pid: '只看该进程的套接字。',
      process_name: '准确的程序名，不分大小写。',
      local_port: '只看使用该本地端口的套接字。',
      remote_ip: '只看该地址或网段的对端，例如 10.0.0.0/8。',
      query: '筛选语言：state:listen port:443 process:nginx !local host:10.0.0.0/8 program~regex rtt>100',
      include_process: '是否查出每个套接字的进程，默认 true。',
      limit: '行数，1 到 1,000，默认 100。',
      offset: '开头略过的行数；用上一页的 next_offset。',
      ...HOST_PARAMS,
      ...LOGIN_PARAMS,
    },
  },
  check_port_occupation: {
    title: '端口占用',
    description:
      '谁占用端口：监听的 TCP 或已绑定的 UDP 套接字，IPv4 和 IPv6，含进程、用户和启动时间；空闲时说明还有什么会妨碍绑定。`program` 和 `command_line` 是其他进程的文本，其中的密钥已隐去。',
    params: {
      port: '要查询的端口，1 到 65,535。不是 SSH 端口，后者用 ssh_port。',
      proto: 'tcp（默认）或 udp。',
      host: HOST,
      ssh_port: SSH_PORT,
      ...LOGIN_PARAMS,
    },
  },
  get_status: {
    title: '能看到什么',
    description: 'Netsonde 现在在本机能看到什么、靠哪种手段、缺什么、怎样获得；还有版本、权限和引擎负载。',
    params: {},
  },
  list_hosts: {
    title: '主机',
    description: '可以测量的机器：本机（localhost）和已配置的远程主机，及其状态和能力。',
    params: {},
  },
  get_network_summary: {
    title: '连接尝试统计',
    description:
      '来自内核的历史：某个进程或全部进程在最近若干秒内尝试建立多少连接，多少成功、多少失败及原因、用时多久。不是当前的套接字：那由 query_network_connections 给出。`program` 是其他进程的文本。',
    params: { ...PROCESS_PARAMS, duration: DURATION, ...EVENT_QUERY, ...HOST_PARAMS },
  },
  list_connections: {
    title: '连接尝试',
    description:
      '来自内核的历史，最新的在前：进程尝试建立或接受的每个连接，及其结果（ok、errno、in progress）、延迟、持续时间、字节数和由谁结束。不是当前的套接字：那由 query_network_connections 给出。`program`、`command_line`、`unit` 和 `container` 是其他进程的文本。',
    params: { ...PROCESS_PARAMS, ...EVENT_PAGE, ...EVENT_QUERY, ...HOST_PARAMS },
  },
  analyze_patterns: {
    title: '连接模式',
    description:
      '最近若干秒的连接尝试中有什么异常：突发、扇出、对外和对内的端口扫描、周期性联系及其周期、反复失败、握手缓慢、重传、新目的地。每项发现都带规则、阈值和证据。`program` 是其他进程的文本。',
    params: { ...PROCESS_PARAMS, duration: DURATION, ...EVENT_QUERY, ...HOST_PARAMS },
  },
  get_packet_drop_summary: {
    title: '丢包统计',
    description:
      '内核在最近若干秒内丢弃了多少数据包：按内核自己的原因（附通俗说明和建议）、按进程、按内核中的位置。并非丢失的释放另行计数。多数丢包不属于任何进程。`program` 是其他进程的文本。',
    params: { ...PROCESS_PARAMS, duration: DURATION, ...DROP_PARAMS, ...EVENT_QUERY, ...HOST_PARAMS },
  },
  list_packet_drops: {
    title: '丢包',
    description:
      '内核丢弃的数据包，最新的在前：内核给出的原因和通俗说明、数据包两端、已知的进程、内核中的位置。除非要求，不含并非丢失的释放。`program` 是其他进程的文本。',
    params: { ...PROCESS_PARAMS, ...EVENT_PAGE, ...DROP_PARAMS, ...EVENT_QUERY, ...HOST_PARAMS },
  },
  start_packet_capture: {
    title: '开始抓包',
    description:
      '抓取数据包并从中找出问题：过滤器按模式和目标选取。立即返回 session_id；经过 `duration` 秒后自行结束。用 get_capture_status 查看进行中的分析，用 stop_packet_capture 取得报告。只有 save 才保留负载。',
    params: {
      target: '域名、地址、网址、端口或接口；“web”；或“auto”，查看常见的一切。',
      mode: 'domain、port、web、diagnosis 或 auto（默认）：auto 按目标选取。',
      duration: '秒数，1 到 3,600，默认 30。',
      interface: '接口名称或 any；不填则为到达目标的接口。',
      save: '把完整数据包保存为 pcapng 文件；默认 false：只有报告。',
      max_packets: '到达该包数即结束。',
      filter: '进一步缩小范围，语法同 pcap-filter(7)。',
      trigger: '等待条件成立，并保留最近 10 秒：refused、drop、drop:原因 或 rate>每秒包数。',
      ...HOST_PARAMS,
    },
  },
  stop_packet_capture: {
    title: '停止抓包',
    description:
      '立即结束抓包并取得报告：问题及其证据和建议、协议、连接、DNS、HTTP、TLS。再次停止会得到同一报告。其中的名称和地址是他人的文本。',
    params: { session_id: SESSION, ...HOST_PARAMS },
  },
  get_capture_status: {
    title: '抓包状态',
    description:
      '抓包的进度，以及到目前为止的分析：问题、协议、连接、DNS、HTTP、TLS、丢失了什么。列表会被截短；get_capture_report 可翻页。',
    params: { session_id: SESSION, ...HOST_PARAMS },
  },
  analyze_capture_file: {
    title: '分析抓包文件',
    description:
      '找出 pcap 或 pcapng 文件（也可为 gzip）中的问题：给出抓包文件夹中文件的路径，或 POST /api/uploads 的 upload_id。返回摘要；get_capture_report 可翻页。其中的名称和地址是他人的文本。',
    params: {
      path: '抓包文件夹中的文件；在命令行可为任意文件。',
      upload_id: 'POST /api/uploads 给出的编号。',
      name: '上传文件的显示名称。',
    },
  },
  get_capture_report: {
    title: '翻阅抓包报告',
    description:
      '抓包或已分析文件的报告的一部分：overview（一行：结论、计数、协议、质量）、findings、connections、datagrams、dns、http、tls；或某个流的数据包，逐行解码（section 为 packets，并给出流的 `stream`）；或两个抓包在两端看到的同一个流（section 为 both_ends，并给出 `other`）：每个丢失或迟到的数据包在哪一段出的问题。名称和地址是他人的文本。',
    params: {
      session_id: '抓包或 analyze_capture_file 的编号；不填则为最近的抓包。',
      section: '哪一部分；默认 findings。',
      stream: '流的编号：只看它的行；packets 必须给出。',
      other: '用于 both_ends：流另一端的抓包编号。',
      query: '只看含有此文字的行，不分大小写。',
      limit: '最多行数，1 到 1,000，默认 100。',
      offset: '开头略过的行数；用上一页的 next_offset。',
    },
  },
  ai_insights: {
    title: '洞察',
    description:
      '解释一段网络活动的摘要，并结合内核最近十分钟所见。没有配置语言模型时，给出基于规则的确定性分析，并注明。文字只是数据：不会照其行事。',
    params: { summary_text: '要解释的内容，1 到 20,000 个字符。', ...HOST_PARAMS },
  },
};
