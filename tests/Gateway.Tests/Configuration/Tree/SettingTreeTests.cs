using System.Text;
using Microsoft.Extensions.Configuration;
using SseGateway;
using SseGateway.Configuration.Tree;
using Xunit;

namespace Gateway.Tests.Configuration.Tree;

/// <summary>The tree says what the framework's sections say, and asks each source once.</summary>
public sealed class SettingTreeTests
{
    private const string File = """
        {
          "SseGateway": { "Limits": { "Streams": 5 }, "Cors": { "Origins": [ "https://a.example", "https://b.example" ] }, "None": null, "Nothing": [] },
          "ReverseProxy": { "Routes": { "r10": { "ClusterId": "c" }, "r9": { "ClusterId": "d" } } },
          "10": "ten", "9": "nine"
        }
        """;

    [Fact]
    public void It_says_what_the_configuration_says()
    {
        var configuration = Layers().Build();

        Assert.Equal(Told(configuration), Told(SettingTree.Read(configuration)));
    }

    [Fact]
    public void A_source_inside_another_configuration_is_read_too()
    {
        var outer = new ConfigurationBuilder().AddConfiguration(Layers().Build()).AddInMemoryCollection([new("SseGateway:Limits:Streams", "9")]).Build();

        var tree = SettingTree.Read(outer);

        Assert.Equal(Told(outer).Where(told => told.Value is not null), Told(tree).Where(told => told.Value is not null));
        Assert.Equal("9", tree["ssegateway:limits:streams"]);
    }

    [Fact]
    public void A_source_that_is_asked_level_by_level_is_read_too()
    {
        var configuration = new ConfigurationBuilder().Add(new LeveledSource()).AddInMemoryCollection([new("a:c", "over")]).Build();

        var tree = SettingTree.Read(configuration);

        Assert.Equal("deep", tree["A:b:d"]);
        Assert.Equal("over", tree["a:c"]);
    }

    [Fact]
    public void A_section_alone_is_read_with_its_own_paths()
    {
        var section = Layers().Build().GetSection("SseGateway");

        Assert.Equal("https://b.example", SettingTree.Read(section)["Cors:Origins:1"]);
    }

    [Fact]
    public void What_is_not_there_is_an_empty_section_with_its_path()
    {
        var missing = SettingTree.Read(Layers().Build()).GetSection("SseGateway").GetSection("Limits:Nowhere");

        Assert.Equal("SseGateway:Limits:Nowhere", missing.Path, ignoreCase: true);
        Assert.Equal(("Nowhere", null), (missing.Key, missing.Value));
        Assert.Empty(missing.GetChildren());
        Assert.False(missing.GetSection("Below").Exists());
    }

    [Fact]
    public async Task The_file_is_asked_no_more_often_for_more_routes()
    {
        Assert.Equal(await AskedAtStartAsync(routes: 3), await AskedAtStartAsync(routes: 60));
    }

    private static async Task<int> AskedAtStartAsync(int routes)
    {
        var source = new CountingSource(routes);
        await using var app = GatewayApp.Build(["--urls", "http://127.0.0.1:0", "--admin-url", "off"], builder => builder.Configuration.Sources.Add(source));
        return source.Asked;
    }

    // Later over earlier, in another case, below a value, and with JSON's null over a value.
    private static IConfigurationBuilder Layers() => new ConfigurationBuilder()
        .AddInMemoryCollection([new("ssegateway:limits:streams", "1"), new("SseGateway:None", "1"), new("SseGateway:Cors", "single"), new("b", null)])
        .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(File)))
        .AddCommandLine(["--SSEGATEWAY:Heartbeat=20s", "--ReverseProxy:Routes:r10:ClusterId=e"]);

    private static List<(string Path, string? Value)> Told(IConfiguration configuration) =>
    [
        .. configuration.GetChildren().SelectMany(child => Told(child).Prepend((child.Path.ToUpperInvariant(), child.Value))),
    ];
}
