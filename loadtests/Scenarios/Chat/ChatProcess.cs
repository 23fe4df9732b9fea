using System.Security.Cryptography;
using System.Text.RegularExpressions;
using LoadTests.Processes;

namespace LoadTests.Scenarios.Chat;

/// <summary>The reference chat with a gateway in front that checks who is there, as the demo has them, each a process of its own.</summary>
internal sealed partial class ChatProcess : IAsyncDisposable
{
    private readonly StartedLine _listens = new("the chat", ListensLine());
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssegateway-loadtests-");
    private readonly ChildProcess _process;

    private ChatProcess()
    {
        File.WriteAllText(KeyFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)));
        _process = ChildProcess.StartBuilt(
            "ChatBackend.dll",
            [
                "--urls=http://127.0.0.1:0",
                "--Chat:DatabasePath=" + Path.Combine(_folder.FullName, "chat.db"),
                "--Chat:SigningKeyFile=" + KeyFile,
                "--Chat:TrustGatewaySubject=true",
            ],
            line => _listens.Take(line),
            _listens.Complain);
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>The gateway's arguments in front of it.</summary>
    public IReadOnlyList<string> GatewayArguments =>
    [
        "--ReverseProxy:Clusters:chat:Destinations:one:Address=" + Address,
        "--ReverseProxy:Routes:login:ClusterId=chat",
        "--ReverseProxy:Routes:login:Match:Path=/login",
        "--ReverseProxy:Routes:rooms:ClusterId=chat",
        "--ReverseProxy:Routes:rooms:Match:Path=/rooms/{**path}",
        "--SseGateway:Authentication:Mode=Required",
        "--SseGateway:Authentication:Jwt:KeyFile=" + KeyFile,
        "--SseGateway:Authentication:Jwt:Issuer=ssegateway-chat",
        "--SseGateway:Authentication:Jwt:Audience=ssegateway-chat",
        "--SseGateway:Routes:login:Authentication:Mode=None",
    ];

    private string KeyFile => Path.Combine(_folder.FullName, "signing.key");

    /// <exception cref="IOException">It ended instead.</exception>
    public static async Task<ChatProcess> StartAsync(CancellationToken cancellation)
    {
        var chat = new ChatProcess();
        try
        {
            chat.Address = new Uri((await chat._listens.WaitAsync(chat._process, cancellation)).Groups[1].Value);
            return chat;
        }
        catch
        {
            await chat.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [GeneratedRegex("^Chat: (http://[0-9.:]+)")]
    private static partial Regex ListensLine();
}
