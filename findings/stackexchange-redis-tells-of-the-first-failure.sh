#!/usr/bin/env bash
# StackExchange.Redis says "Connection refused" for as long as one waits, when all that is wrong by now is the password.
#
# Seen with StackExchange.Redis 3.4.35 and Debian 12's Redis 7.0.15, with abortConnect=false. Redis comes up two seconds after the program and wants a password
# that the program has not got. From then on each try fails with NOAUTH, several a second. Commands throw an UnableToConnect whose inner exceptions speak of
# the refused connections of the first two seconds, the ConnectionFailed event does not come again, and no other event does: until a connection has succeeded
# once, the library reports the first failure alone. Where Redis was there from the start, the same program is told of NOAUTH.
# Why it matters: program and Redis are started together (Compose, Kubernetes, a reboot) and the password is missing or old. Who reads the exception looks for
# a firewall, a wrong port or a Redis that is down, and finds one that runs.
# Instead: give it a logger (ConfigurationOptions.LoggerFactory); it is told the reason of each try at Error.
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

foreach (var late in new[] { false, true })
{
    using var free = new TcpListener(IPAddress.Loopback, 0);
    free.Start();
    var port = ((IPEndPoint)free.LocalEndpoint).Port;
    free.Stop();
    Process? server = late ? null : await StartAsync(port);
    var log = new Told();
    var events = 0;
    var options = new ConfigurationOptions { EndPoints = { { IPAddress.Loopback, port } }, AbortOnConnectFail = false, LoggerFactory = log, ConnectTimeout = 1000, AsyncTimeout = 1000 };
    options.ReconnectRetryPolicy = new LinearRetry(100);
    options.HeartbeatInterval = TimeSpan.FromMilliseconds(250);
    using var redis = await ConnectionMultiplexer.ConnectAsync(options);
    redis.ConnectionFailed += (_, _) => Interlocked.Increment(ref events);
    if (late)
    {
        await Task.Delay(2000);
        server = await StartAsync(port);
    }

    // Whatever was under way is over by then.
    await Task.Delay(2000);
    (log.Refused, log.NoAuth, events) = (0, 0, 0);
    var said = new HashSet<string>();
    for (var i = 0; i < 8; i++)
    {
        try { await redis.GetDatabase().PingAsync(); said.Add("PONG"); }
        catch (RedisException e)
        {
            var text = e.ToString();
            said.Add((text.Contains("NOAUTH") ? "NOAUTH " : "") + (text.Contains("refused") ? "refused" : ""));
        }
    }

    Console.WriteLine($"{(late ? "two seconds late" : "there before")}: commands say {string.Join(" or ", said.Order()).Trim()}, "
        + $"ConnectionFailed events {(events > 0 ? "some" : "none")}, the log says NOAUTH {(log.NoAuth > 10 ? "again and again" : $"{log.NoAuth} times")}, refused {log.Refused} times");
    server!.Kill();
    server.WaitForExit();
}

static async Task<Process> StartAsync(int port)
{
    var server = Process.Start(new ProcessStartInfo("./redis-server", $"--port {port} --bind 127.0.0.1 --save \"\" --requirepass secret --logfile redis.log"))!;
    AppDomain.CurrentDomain.ProcessExit += (_, _) => { if (!server.HasExited) server.Kill(); };
    for (; ; await Task.Delay(50))
    {
        using var client = new TcpClient();
        try { await client.ConnectAsync(IPAddress.Loopback, port); return server; }
        catch (SocketException) { }
    }
}

sealed class Told : ILoggerFactory, ILogger
{
    public int Refused, NoAuth;
    public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = $"{exception}";
        if (level < LogLevel.Error) return;
        if (text.Contains("NOAUTH")) Interlocked.Increment(ref NoAuth);
        else if (text.Contains("refused")) Interlocked.Increment(ref Refused);
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
expected='there before: commands say NOAUTH, ConnectionFailed events none, the log says NOAUTH again and again, refused 0 times
two seconds late: commands say refused, ConnectionFailed events none, the log says NOAUTH again and again, refused 0 times'
echo "$out"
[[ $out == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
