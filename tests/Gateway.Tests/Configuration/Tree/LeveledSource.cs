using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Gateway.Tests.Configuration.Tree;

/// <summary>A source with keys that only it knows how to list: <c>a:b:d</c> and <c>a:c</c>.</summary>
internal sealed class LeveledSource : IConfigurationSource, IConfigurationProvider
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) => parentPath switch
    {
        null => ["a"],
        "a" => ["b", "c"],
        "a:b" => ["d"],
        _ => [],
    };

    public bool TryGet(string key, out string? value) => (value = key switch
    {
        "a:b:d" => "deep",
        "a:c" => "under",
        _ => null,
    }) is not null;

    public void Set(string key, string? value) => throw new NotSupportedException();

    public IChangeToken GetReloadToken() => new CancellationChangeToken(CancellationToken.None);

    public void Load()
    {
    }
}
