using Microsoft.Extensions.Primitives;

namespace SseGateway.Configuration.Tree;

/// <summary>
/// One key of a configuration with all that stands below it, read once and never changed. To look something up costs the depth of its path,
/// where the framework's sections compare every key of every file each time that they are asked for their children.
/// </summary>
internal sealed class SettingNode(string path, string key) : IConfigurationSection
{
    private static readonly IChangeToken Unchanging = new CancellationChangeToken(CancellationToken.None);

    private Dictionary<string, SettingNode>? _children;
    private string? _value;

    /// <inheritdoc/>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public string Key { get; } = key;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">It is set.</exception>
    public string? Value
    {
        get => _value;
        set => throw new NotSupportedException("What was read is not written to.");
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">It is set.</exception>
    public string? this[string key]
    {
        get => Find(key)?.Value;
        set => throw new NotSupportedException("What was read is not written to.");
    }

    /// <inheritdoc/>
    public IConfigurationSection GetSection(string key) =>
        Find(key) ?? new SettingNode(Below(key), ConfigurationPath.GetSectionKey(key));

    /// <summary>The children in the framework's order: numbers as numbers, then names.</summary>
    public IEnumerable<IConfigurationSection> GetChildren() =>
        _children is null ? [] : _children.Values.OrderBy(child => child.Key, ConfigurationKeyComparer.Instance);

    /// <inheritdoc/>
    public IChangeToken GetReloadToken() => Unchanging;

    /// <summary>Sets the value at a path below this node, making what is missing on the way.</summary>
    /// <param name="path">Keys with colons between them.</param>
    /// <param name="value">The value; null is JSON's null.</param>
    public void Set(string path, string? value)
    {
        var node = this;
        foreach (var key in path.AsSpan().Split(':'))
        {
            node = node.Child(path[key]);
        }

        node._value = value;
    }

    private SettingNode Child(string key)
    {
        _children ??= new(StringComparer.OrdinalIgnoreCase);
        if (!_children.TryGetValue(key, out var child))
        {
            _children[key] = child = new(Below(key), key);
        }

        return child;
    }

    private SettingNode? Find(string path)
    {
        var node = this;
        foreach (var key in path.AsSpan().Split(':'))
        {
            if (node._children is null || !node._children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(path.AsSpan()[key], out var child))
            {
                return null;
            }

            node = child;
        }

        return node;
    }

    private string Below(string key) => Path.Length == 0 ? key : ConfigurationPath.Combine(Path, key);
}
