#:sdk Microsoft.NET.Sdk.Web
#:project gateway
#:project backend
#:property PublishAot=false

// The reference chat behind two gateways that behave as one, on a Redis of their own: `dotnet run fleet.cs`, then open the printed addresses, one page at each.
// Each room is one stream of the chat's for both gateways. The gateways are processes of their own: kill either, and the page at the other goes on.
//
// Signing in by one page is for both: the gateways have the key in common, and cookies do not know ports.

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ChatBackend;
using ChatBackend.Configuration;
using SseGateway;

if (args is ["gateway", .. var settings])
{
    return await GatewayApp.RunAsync(settings);
}

var folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(ThisFile())!, "artifacts", "fleet")).FullName;
string[] servers = ["redis-server", "valkey-server"];
var search = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
if (search.SelectMany(one => servers.Select(name => Path.Combine(one, name))).FirstOrDefault(File.Exists) is not { } server)
{
    Console.Error.WriteLine(
        "There is no redis-server here. Debian and Ubuntu: apt-get install redis-server. macOS: brew install redis. Fedora: dnf install valkey.");
    return 2;
}

// The next run has the same key: who is signed in stays so.
var key = Path.Combine(folder, "signing.key");
if (!File.Exists(key))
{
    File.WriteAllText(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)));
}

// A shared stream is asked for in nobody's name, so with nobody's token: the gateways have a key of their own for it.
var streamKey = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
var redis = FreePort();
var children = new List<Process>
{
    Start(server, "--port", Text(redis), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no", "--logfile", "redis.log"),
};
using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => children.ForEach(End));
try
{
    await using var chat = ChatApp.Build(
    [
        "--urls=http://127.0.0.1:0",
        "--Chat:DatabasePath=" + Path.Combine(folder, "chat.db"),
        "--Chat:SigningKeyFile=" + key,
        "--Chat:TrustGatewaySubject=true",
        "--Chat:SharedStreamKey=" + streamKey,
    ]);
    await chat.StartAsync();
    string[] addresses = args is [var one, var two] ? [one, two] : ["http://127.0.0.1:8080", "http://127.0.0.1:8090"];
    foreach (var address in addresses)
    {
        var gateway = Start(Environment.ProcessPath!, ["gateway", .. Gateway(address, chat.Urls.First(), "127.0.0.1:" + Text(redis))]);
        children.Add(gateway);
        if (!await ListensAsync(new Uri(address), gateway))
        {
            return 2;
        }

        Console.WriteLine($"Gateway: {address}  (process {Text(gateway.Id)}: kill it, and the page at the other one goes on)");
    }

    Console.WriteLine("Chat: " + string.Join(" and ", addresses) + "  (Ctrl+C ends)");
    await chat.WaitForShutdownAsync();
    return 0;
}
catch (ChatStartupException exception)
{
    // Mostly the database: one process at a time, whatever its address.
    Console.Error.WriteLine($"{exception.Message}\nIs it running already?");
    return 2;
}
finally
{
    children.ForEach(End);
}

string[] Gateway(string address, string chat, string store) =>
[
    "--urls=" + address,
    "--admin-url=http://127.0.0.1:0",
    "--redis=" + store,
    "--Logging:LogLevel:SseGateway=Warning",
    "--ReverseProxy:Clusters:chat:Destinations:one:Address=" + chat,
    "--ReverseProxy:Routes:page:ClusterId=chat",
    "--ReverseProxy:Routes:page:Match:Path={**path}",
    "--ReverseProxy:Routes:rooms:ClusterId=chat",
    "--ReverseProxy:Routes:rooms:Match:Path=/rooms/{**path}",
    "--ReverseProxy:Routes:rooms-events:ClusterId=chat",
    "--ReverseProxy:Routes:rooms-events:Match:Path=/rooms/{room}/events",
    "--ReverseProxy:Routes:rooms-events:Match:Methods:0=GET",
    "--ReverseProxy:Routes:rooms-events:Transforms:0:RequestHeader=Authorization",
    "--ReverseProxy:Routes:rooms-events:Transforms:0:Set=Bearer " + streamKey,
    "--SseGateway:Authentication:Mode=Required",
    "--SseGateway:Authentication:Jwt:KeyFile=" + key,
    "--SseGateway:Authentication:Jwt:Issuer=ssegateway-chat",
    "--SseGateway:Authentication:Jwt:Audience=ssegateway-chat",
    "--SseGateway:Authentication:Carriers:Cookie=chat_token",
    "--SseGateway:Routes:page:Authentication:Mode=None",
    "--SseGateway:Routes:rooms-events:Sharing:Enabled=true",
    "--SseGateway:Routes:rooms-events:Sharing:OnGap=Live", // the page reads what it missed from the history
    "--SseGateway:DrainWindow=1s",
];

static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true })!;

static void End(Process process)
{
    if (!process.HasExited)
    {
        process.Kill();
    }
}

// False when it has ended instead, and said why.
static async Task<bool> ListensAsync(Uri address, Process gateway)
{
    while (!gateway.HasExited)
    {
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            await Task.Delay(100);
        }
    }

    return false;
}

static int FreePort()
{
    using var listener = new TcpListener(IPAddress.Loopback, 0);
    listener.Start();
    return ((IPEndPoint)listener.LocalEndpoint).Port;
}

static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

static string ThisFile([CallerFilePath] string path = "") => path;
