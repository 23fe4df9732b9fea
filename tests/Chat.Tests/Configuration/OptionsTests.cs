using Chat.Tests.Running;
using ChatBackend;
using ChatBackend.Configuration;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Chat.Tests.Configuration;

public sealed class OptionsTests
{
    [Fact]
    public void Without_settings_the_defaults_count()
    {
        Assert.Equal(new ChatOptions() with { AllowedOrigins = [] }, Read() with { AllowedOrigins = [] });
    }

    [Fact]
    public void All_errors_are_reported_at_once_each_naming_its_setting()
    {
        var error = Assert.Throws<ChatStartupException>(() => Read(
            ("SigningKey", "short"), ("DatabasePath", "/no/such/folder/chat.db"), ("TokenLifetime", "60"), ("MaxBodyBytes", "many"), ("HistoryLimit", "0"),
            ("TrustGatewaySubject", "perhaps"), ("Issuer", " "), ("AllowedOrigins:0", "https://a.example/path"), ("Databsepath", "x")));

        string[] settings = ["SigningKey", "DatabasePath", "TokenLifetime", "MaxBodyBytes", "HistoryLimit", "TrustGatewaySubject", "Issuer", "AllowedOrigins",
            "Databsepath"];
        Assert.Equal(settings.Order(), error.Errors.Select(line => line.Split(':')[1]).Order());
        Assert.All(error.Errors, line => Assert.StartsWith("Chat:", line, StringComparison.Ordinal));
        Assert.DoesNotContain("short", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void List_that_is_given_as_one_value_is_an_error_and_not_ignored()
    {
        var error = Assert.Throws<ChatStartupException>(() => Read(("AllowedOrigins", "https://a.example")));

        Assert.StartsWith("Chat:AllowedOrigins:", Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Beats_that_are_rarer_than_the_page_counts_on_are_an_error()
    {
        var error = Assert.Throws<ChatStartupException>(() => Read(("HeartbeatInterval", "00:00:16")));

        Assert.StartsWith("Chat:HeartbeatInterval:", Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Key_file_is_read_as_base64_or_as_text_without_its_line_end()
    {
        using var folder = new TemporaryFolder();
        var bytes = Enumerable.Range(0, 48).Select(i => (byte)i).ToArray();
        File.WriteAllText(folder.File("base64"), Convert.ToBase64String(bytes) + "\n");
        File.WriteAllText(folder.File("text"), new string('-', 32) + "\r\n");

        Assert.Equal(bytes, Read(("SigningKeyFile", folder.File("base64"))).SigningKey!.Bytes.ToArray());
        Assert.Equal(32, Read(("SigningKeyFile", folder.File("text"))).SigningKey!.Bytes.Length);
    }

    [Fact]
    public void Key_file_that_cannot_be_read_or_comes_beside_a_key_is_an_error()
    {
        var missing = Assert.Throws<ChatStartupException>(() => Read(("SigningKeyFile", "/no/such/key")));
        var both = Assert.Throws<ChatStartupException>(() => Read(("SigningKeyFile", "/no/such/key"), ("SigningKey", new string('k', 32))));

        Assert.Contains("Chat:SigningKeyFile: cannot be read", Assert.Single(missing.Errors), StringComparison.Ordinal);
        Assert.Contains("not both", Assert.Single(both.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("too short", "true")]
    [InlineData("a key that is long enough but has spaces", "true")]
    [InlineData("a-key-that-is-long-enough-for-a-gateway", "false")]
    public void Shared_stream_key_is_long_fits_a_header_and_needs_a_trusted_gateway(string key, string trust)
    {
        var error = Assert.Throws<ChatStartupException>(() => Read(("SharedStreamKey", key), ("TrustGatewaySubject", trust)));

        Assert.StartsWith("Chat:SharedStreamKey:", Assert.Single(error.Errors), StringComparison.Ordinal);
        Assert.DoesNotContain(key, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_does_not_print_itself()
    {
        Assert.DoesNotContain("kkkk", Read(("SigningKey", new string('k', 40))).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("kkkk", Read(("SharedStreamKey", new string('k', 40)), ("TrustGatewaySubject", "true")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Database_that_is_none_is_a_startup_error()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("chat.db"), new string('x', 4_096));

        var error = Assert.Throws<ChatStartupException>(() => ChatApp.Build([$"--Chat:DatabasePath={folder.File("chat.db")}"]));

        Assert.Contains("Chat:DatabasePath", Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_that_another_service_uses_is_a_startup_error()
    {
        using var folder = new TemporaryFolder();
        var database = folder.File("chat.db");
        await using var first = await ChatServer.StartOnAsync(database);

        var error = Assert.Throws<ChatStartupException>(() => ChatApp.Build([$"--Chat:DatabasePath={database}"]));

        Assert.Contains("in use", Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    private static ChatOptions Read(params ReadOnlySpan<(string Setting, string Value)> settings)
    {
        var values = new Dictionary<string, string?>();
        foreach (var (setting, value) in settings)
            values[$"Chat:{setting}"] = value;
        return ChatOptionsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }
}
