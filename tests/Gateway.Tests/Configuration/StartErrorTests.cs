using Gateway.Tests.Running;
using SseGateway;
using SseGateway.Configuration;
using Xunit;

namespace Gateway.Tests.Configuration;

/// <summary>What is wrong at the start is said once for each mistake, where it is, and in the words of who made it.</summary>
public sealed class StartErrorTests
{
    private static readonly string[] Upstream = ["--upstream", "http://127.0.0.1:9"];

    [Theory]
    [InlineData("{\n  \"ReverseProxy\": {\n    \"Routes\": { \"a\" \"b\" }\n  }\n}", "line 3, column 21: ")]
    [InlineData("{ not json", "line 1, column 3: ")]
    [InlineData("{\n  \"a\": 1,\n  \"b\": 2\n  \"c\": 3\n}", "line 4, column 3: ")]
    [InlineData("{\n  \"a\": [", "line 2, column 9: ")]
    [InlineData("{ \"a\": 1, \"A\": 2 }", "duplicate key")]
    [InlineData("[]", "")]
    public void A_file_that_is_no_JSON_is_one_error_that_says_where(string content, string where)
    {
        var path = TemporaryFile.Write(content);

        // With a route in the file, and without one beside it.
        var error = Assert.Single(Errors("--config", path, "--jwt-issuer", "x"));

        Assert.StartsWith($"--config: cannot be read: {path}, ", error, StringComparison.Ordinal);
        Assert.Contains(where, error, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--upstream", "127.0.0.1:9000")]
    [InlineData("--upstream", "127.0.0.1:9000", "--share")]
    [InlineData("--upstraem", "http://127.0.0.1:9000", "--share")]
    [InlineData("--share", "--upstream", "unix:run/service.sock", "--upstream", "h2c://127.0.0.1:9")]
    [InlineData("--config", "/nonexistent.json", "--share")]
    [InlineData("--config", "", "--share")]
    [InlineData("--config", "/", "--share")]
    public void One_mistake_is_one_error(params string[] arguments) => Assert.Single(Errors(arguments));

    [Fact]
    public void A_flag_that_is_missing_is_named_as_a_flag()
    {
        var key = TemporaryFile.Write(new string('k', 64));

        Assert.Equal(["--jwt-audience", "--jwt-issuer"], Names(Errors([.. Upstream, "--jwt-key-file", key])));
        Assert.Equal(["--jwt-issuer"], Names(Errors([.. Upstream, "--jwt-issuer", "https://login.example"])));
        Assert.Equal(["--jwt-key-file"], Names(Errors([.. Upstream, "--jwt-key-file", "/nonexistent", "--jwt-issuer", "i", "--jwt-audience", "a"])));
    }

    [Fact]
    public void A_setting_that_is_missing_beside_settings_is_named_as_one() => Assert.Equal(
        ["SseGateway:Authentication:Jwt:Audience:", "SseGateway:Authentication:Jwt:Issuer:"], Names(Errors(
            [.. Upstream, "--SseGateway:Authentication:Mode=Required",
                $"--SseGateway:Authentication:Jwt:KeyFile={TemporaryFile.Write(new string('k', 64))}"])));

    [Fact]
    public async Task Files_that_a_file_names_are_looked_for_beside_it()
    {
        var folder = Directory.CreateTempSubdirectory("sse");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "signing.key"), new string('k', 64), TestContext.Current.CancellationToken);
            var config = Path.Combine(folder.FullName, "gateway.json");
            await File.WriteAllTextAsync(config, """
                {
                  "SseGateway": { "Authentication": { "Mode": "Required", "Jwt": { "KeyFile": "signing.key", "Issuer": "i", "Audience": "a" } } },
                  "Kestrel": { "Endpoints": { "S": { "Url": "https://127.0.0.1:0", "Certificate": { "Path": "tls/tls.crt", "KeyPath": "/etc/tls.key" } } } }
                }
                """, TestContext.Current.CancellationToken);

            await using var app = GatewayApp.Build([.. Upstream, "--config", config]);

            Assert.Equal((Path.Combine(folder.FullName, "tls/tls.crt"), "/etc/tls.key"),
                (app.Configuration["Kestrel:Endpoints:S:Certificate:Path"], app.Configuration["Kestrel:Endpoints:S:Certificate:KeyPath"]));
            File.Delete(Path.Combine(folder.FullName, "signing.key"));
            Assert.Contains(folder.FullName, Assert.Single(Errors([.. Upstream, "--config", config])), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> Names(IEnumerable<string> errors) => errors.Select(error => error.Split(' ')[0]).Order();

    private static IReadOnlyList<string> Errors(params string[] arguments) =>
        Assert.Throws<StartupErrorsException>(() => GatewayApp.Build(arguments)).Errors;
}
