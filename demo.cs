#:sdk Microsoft.NET.Sdk.Web
#:project gateway
#:project backend
#:property PublishAot=false

// The reference chat behind the gateway, in one process: `dotnet run demo.cs`, then open the printed address.
// The chat signs a token for whoever gives a name; the gateway checks it and tells the chat who is there.
//
// The gateway has one stream of each room, which all people in the room share: the chat can be restarted and nobody's stream ends. That is right without
// ShareBy because a room is the same for everybody: whoever is signed in may read any room. Were it not so, Sharing:ShareBy would have to name what
// decides (subject, or a claim).

using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ChatBackend;
using ChatBackend.Configuration;
using Microsoft.AspNetCore.Connections;
using SseGateway;
using SseGateway.Configuration;

var folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(ThisFile())!, "artifacts", "demo")).FullName;

// The next run has the same key: who is signed in stays so when the demo is restarted.
var key = KeptKey(Path.Combine(folder, "signing.key"));

// A shared stream is asked for in nobody's name, so with nobody's token: the gateway has a key of its own for it.
var streamKey = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

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

    await using var gateway = GatewayApp.Build(
    [
        "--urls=" + (args is [var address, ..] ? address : "http://127.0.0.1:8080"),
        "--Logging:LogLevel:SseGateway=Warning",
        "--Logging:LogLevel:SseGateway.Sharing=Error", // Ctrl+C ends the chat as well, at the same time
        "--ReverseProxy:Clusters:chat:Destinations:one:Address=" + chat.Urls.First(),
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
        "--SseGateway:Cors:Origins:0=http://localhost:5173",
        "--SseGateway:Cors:AllowCredentials=true",
        "--SseGateway:Limits:Streams=1000",
        "--SseGateway:Limits:StreamsPerAddress=100",
        "--SseGateway:Limits:StreamsPerSubject=10",
    ]);
    await gateway.StartAsync();
    Console.WriteLine($"Chat: {gateway.Urls.First()}  (Ctrl+C ends)");
    await gateway.WaitForShutdownAsync();
    await chat.StopAsync();
    return 0;
}
catch (ChatStartupException exception)
{
    // Mostly the database: one process at a time, whatever its address.
    Console.Error.WriteLine($"{exception.Message}\nIs the demo running already?");
    return 2;
}
catch (Exception exception) when (exception is StartupErrorsException or SocketException || exception.InnerException is AddressInUseException)
{
    Console.Error.WriteLine($"{exception.Message}\nAnother address: dotnet run demo.cs -- http://127.0.0.1:8090");
    return 2;
}

// Made by the first run, whole or not at all, and for this user alone.
static string KeptKey(string file)
{
    if (!File.Exists(file))
    {
        var fresh = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            fresh.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var unfinished = $"{file}.{Environment.ProcessId}";
        using (var writer = new StreamWriter(unfinished, fresh))
        {
            writer.Write(Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)));
        }

        File.Move(unfinished, file, overwrite: true);
    }

    return file;
}

static string ThisFile([CallerFilePath] string path = "") => path;
