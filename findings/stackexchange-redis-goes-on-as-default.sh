#!/usr/bin/env bash
# StackExchange.Redis given a user and a wrong password is connected and works, as the server's default user, and says so nowhere.
#
# Seen with StackExchange.Redis 3.4.35 and Debian 12's Redis 7.0.15, by RESP2 and RESP3. The server has a user with rights of its own, and lets its default user in
# without a password, as it comes. It answers the AUTH of a wrong password with WRONGPASS, and what follows with what the default user may do, which is the server's
# to decide. The library sends both together and goes on: ConnectAsync succeeds with abortConnect=true, IsConnected is true, commands are done, and no event, no
# exception and no line of its log at any level has the WRONGPASS. Where the default user needs a password, ConnectAsync fails.
# Why it matters: a typo, or a password that was changed, shows nowhere. The program has other rights than the user that was made for it, mostly all of them, until
# somebody closes the default user: then all programs that had a wrong password are out at once, long after it was made.
# Instead: ask `ACL WHOAMI` after connecting; and close the default user (`ACL SETUSER default off`, `requirepass`).
set -euo pipefail
pins=(redis-tools=5:7.0.15-1~deb12u10 libjemalloc2=5.3.0-1 liblzf1=3.6-3)
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root "${pins[@]}" || { echo "${pins[*]}: not to be had any more (or apt-get update is due)"; exit 3; }
for package in *.deb; do dpkg-deb -x "$package" .; done
# The server and redis-check-rdb are one program, which goes by its name.
mv usr/bin/redis-check-rdb redis-server
lib=$(echo "$dir"/usr/lib/*-linux-gnu); export LD_LIBRARY_PATH=$lib
./redis-server --version >version || { echo "${pins[0]} does not run here"; exit 3; }
export XDG_DATA_HOME=$dir MSBUILDDISABLENODEREUSE=1 DOTNET_NOLOGO=1
cat >run.cs <<'CS'
#:package StackExchange.Redis@3.4.35
#:property PublishAot=false
#:property UseSharedCompilation=false
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

using var free = new TcpListener(IPAddress.Loopback, 0);
free.Start();
var port = ((IPEndPoint)free.LocalEndpoint).Port;
free.Stop();
var server = Process.Start(new ProcessStartInfo(
    "./redis-server", $"--port {port} --bind 127.0.0.1 --save \"\" --logfile redis.log --user default on nopass ~* &* +@all --user app on >secret ~app:* &app:* +@all"))!;
AppDomain.CurrentDomain.ProcessExit += (_, _) => { if (!server.HasExited) server.Kill(); };
for (var isUp = false; !isUp; await Task.Delay(50))
{
    using var client = new TcpClient();
    try { await client.ConnectAsync(IPAddress.Loopback, port); isUp = true; }
    catch (SocketException) { }
}

foreach (var protocol in new[] { "resp2", "resp3" })
foreach (var password in new[] { "secret", "typo" })
{
    var log = new Told();
    var events = 0;
    var options = ConfigurationOptions.Parse($"127.0.0.1:{port},user=app,password={password},protocol={protocol},abortConnect=true");
    (options.LoggerFactory, options.TieBreaker, options.ConfigurationChannel) = (log, "", "");
    using var redis = await ConnectionMultiplexer.ConnectAsync(options);
    redis.ConnectionFailed += (_, _) => events++;
    redis.ErrorMessage += (_, _) => events++;
    redis.InternalError += (_, _) => events++;
    await Task.Delay(2000);
    var before = events;
    Console.WriteLine($"{protocol}, password {password}: connected {redis.IsConnected}, commands are {await redis.GetDatabase().ExecuteAsync("ACL", "WHOAMI")}'s, "
        + $"SET others:1 {await SetAsync(redis)}, events before it {before}, lines of the log from Warning on or with WRONGPASS {log.Lines}");
}

using (var admin = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port}"))
{
    await admin.GetDatabase().ExecuteAsync("ACL", "SETUSER", "default", "resetpass", ">other");
}

try
{
    await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port},user=app,password=typo,abortConnect=true");
    Console.WriteLine("the default user needs a password, password typo: connected");
}
catch (RedisConnectionException e)
{
    Console.WriteLine($"the default user needs a password, password typo: {e.FailureType}");
}

server.Kill();
server.WaitForExit();

static async Task<string> SetAsync(ConnectionMultiplexer redis)
{
    try { return await redis.GetDatabase().StringSetAsync("others:1", "x") ? "done" : "not done"; }
    catch (RedisServerException e) { return e.Message.Split(' ')[0]; }
}

sealed class Told : ILoggerFactory, ILogger
{
    public int Lines;
    public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = formatter(state, exception) + exception;
        if (level >= LogLevel.Warning || text.Contains("WRONGPASS")) Interlocked.Increment(ref Lines);
    }
    public bool IsEnabled(LogLevel level) => true;
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
    public ILogger CreateLogger(string name) => this;
    public void AddProvider(ILoggerProvider provider) { }
    public void Dispose() { }
}
CS
out=$(timeout 240 dotnet run run.cs) || { echo "$out"; echo "did not build and run here: .NET 10 and the pinned package are needed"; exit 3; }
echo "StackExchange.Redis 3.4.35, $(cut -d ' ' -f 1-3 version)"
expected='resp2, password secret: connected True, commands are app'"'"'s, SET others:1 NOPERM, events before it 0, lines of the log from Warning on or with WRONGPASS 0
resp2, password typo: connected True, commands are default'"'"'s, SET others:1 done, events before it 0, lines of the log from Warning on or with WRONGPASS 0
resp3, password secret: connected True, commands are app'"'"'s, SET others:1 NOPERM, events before it 0, lines of the log from Warning on or with WRONGPASS 0
resp3, password typo: connected True, commands are default'"'"'s, SET others:1 done, events before it 0, lines of the log from Warning on or with WRONGPASS 0
the default user needs a password, password typo: AuthenticationFailure'
echo "$out"
[[ $out == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
