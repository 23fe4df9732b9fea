using System.Net.Http.Json;
using System.Net.Sockets;
using System.Xml.Linq;
using ChatBackend;
using Docs.Tests.Pages;
using Docs.Tests.Running;
using Microsoft.AspNetCore.Builder;
using SseGateway;
using StackExchange.Redis;
using Xunit;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Docs.Tests.Manifests;

/// <summary>compose.yaml: its parts fit to each other, and what is in it works, all on this machine and without containers.</summary>
public sealed class ComposeTests
{
    private const string StreamKey = "0123456789abcdef0123456789abcdef";

    // A field that is not known here is an error.
    private static readonly ComposeFile File = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build()
        .Deserialize<ComposeFile>(new YamlDotNet.Core.MergingParser(new YamlDotNet.Core.Parser(
            new StringReader(System.IO.File.ReadAllText(Path.Combine(Repository.Root, "compose.yaml"))))));

    [Fact]
    public void What_is_named_is_there()
    {
        Assert.Empty(File.Services.Values.SelectMany(service => service.DependsOn).Except(File.Services.Keys));
        Assert.Equal(File.Secrets.Keys, File.Services.Values.SelectMany(service => service.Secrets).Distinct());
        Assert.Equal(File.Configs.Keys, File.Services.Values.SelectMany(service => service.Configs).Select(mount => mount.Source).Distinct());
        var own = File.Services.Values.Select(service => service.Image).Distinct().Where(image => !image.Contains(':', StringComparison.Ordinal));
        Assert.Equal([ImageOf("backend/ChatBackend.csproj"), ImageOf("gateway/SseGateway.csproj")], own);
    }

    [Fact]
    public async Task What_is_in_it_works()
    {
        using var folder = ExampleFolder.WithSecrets();
        var (sockets, redis) = (Path.Combine(folder.Path, "nginx.sock"), Path.Combine(folder.Path, "redis.sock"));
        await using var store = await ServerProcess.StartAsync(
            folder, "redis-server", redis, "--port", "0", "--unixsocket", redis, "--save", "", "--dir", folder.Path);
        await using var chat = ChatApp.Build([.. File.Services["chat"].Environment.Select(one => $"--{Here(one.Key, one.Value, folder)}")]);
        await chat.StartAsync(Deadline.Token());

        var settings = folder.Write("gateway.json", File.Configs["gateway"].Content
            .Replace("http://*:8080", "http://127.0.0.1:0", StringComparison.Ordinal)
            .Replace("http://chat:5000", chat.Urls.First(), StringComparison.Ordinal)
            .Replace("valkey:6379", "!" + redis, StringComparison.Ordinal)
            .Replace("/run/secrets/signing", Path.Combine(folder.Path, "signing.key"), StringComparison.Ordinal));
        await using var one = await StartGatewayAsync("one", settings, folder);
        await using var two = await StartGatewayAsync("two", settings, folder);

        var site = File.Configs["nginx"].Content.Replace("$$", "$", StringComparison.Ordinal)
            .Replace("listen 80", $"listen unix:{sockets}", StringComparison.Ordinal)
            .Replace("one:8080", new Uri(one.Urls.First()).Authority, StringComparison.Ordinal)
            .Replace("two:8080", new Uri(two.Urls.First()).Authority, StringComparison.Ordinal);
        var conf = folder.Write(
            "nginx.conf",
            $"daemon off; pid nginx.pid; error_log stderr; events {{ }} http {{ access_log off; client_body_temp_path body; proxy_temp_path proxy;\n{site} }}");
        await using var nginx = await ServerProcess.StartAsync(folder, "nginx", sockets, "-p", folder.Path, "-c", conf);

        await using var look = await ConnectionMultiplexer.ConnectAsync("!" + redis);
        while (await look.GetDatabase().HashLengthAsync("sse:{nodes}") < 2)
        {
            // They have not joined yet.
            await Task.Delay(10, Deadline.Token());
        }

        // Two people in a room, one at each gateway: nginx takes them in turn.
        using var http = Client(sockets);
        using var login = await http.PostAsJsonAsync("/login", new { name = "Ada" }, Deadline.Token());
        Assert.True(login.IsSuccessStatusCode);
        http.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
        using var first = new StreamReader(await http.GetStreamAsync("/rooms/lobby/events", Deadline.Token()));
        using var second = new StreamReader(await http.GetStreamAsync("/rooms/lobby/events", Deadline.Token()));
        using var said = await http.PostAsJsonAsync("/rooms/lobby/messages", new { text = "to both" }, Deadline.Token());
        Assert.True(said.IsSuccessStatusCode);
        foreach (var reader in new[] { first, second })
        {
            string? line;
            do line = await reader.ReadLineAsync(Deadline.Token());
            while (line is not null && !line.Contains("to both", StringComparison.Ordinal));
            Assert.NotNull(line);
        }

        // By one stream of the service's.
        Assert.Single(look.GetServers().Single().Keys(pattern: "*:log"));
    }

    private static async Task<WebApplication> StartGatewayAsync(string service, string settings, ExampleFolder folder)
    {
        var gateway = GatewayApp.Build(
        [
            .. File.Services[service].Command.Replace("/etc/gateway.json", settings, StringComparison.Ordinal).Split(' '), "--SseGateway:Admin:Url=off",
            .. File.Services[service].Environment.Select(one => $"--{Here(one.Key, one.Value, folder)}"),
        ]);
        await gateway.StartAsync(Deadline.Token());
        return gateway;
    }

    // An environment variable as a setting, with what is in it as it is here.
    private static string Here(string name, string value, ExampleFolder folder)
    {
        var at = value.IndexOf("${STREAM_KEY", StringComparison.Ordinal);
        var text = (at < 0 ? value : value[..at] + StreamKey)
            .Replace("http://*:5000", "http://127.0.0.1:0", StringComparison.Ordinal)
            .Replace("/run/secrets/signing", Path.Combine(folder.Path, "signing.key"), StringComparison.Ordinal)
            .Replace("/tmp/chat.db", Path.Combine(folder.Path, "chat.db"), StringComparison.Ordinal);
        return $"{name.Replace("ASPNETCORE_", "", StringComparison.Ordinal).Replace("__", ":", StringComparison.Ordinal)}={text}";
    }

    private static HttpClient Client(string socket) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, token) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), token);
            return new NetworkStream(connection, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri("http://localhost:8080") };

    private static string ImageOf(string project) =>
        XDocument.Load(Path.Combine(Repository.Root, project)).Descendants("ContainerRepository").Single().Value;
}
