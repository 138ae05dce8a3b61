using System.Globalization;
using Robustness.Results;
using YamlDotNet.RepresentationModel;

namespace Robustness.Study;

/// <summary>What is wrong with a study file, gathered so that all of it is told at once.</summary>
internal sealed class StudyFaults(string file)
{
    private readonly SortedDictionary<(long Line, string Text), bool> _faults = [];

    /// <summary>Notes a fault at a node: the field, what was found, what is allowed.</summary>
    public void Add(YamlNode node, string field, string found, string allowed) =>
        AddLine(node.Start.Line, field, $"found {found}; allowed: {allowed}");

    /// <summary>Notes a fault in own words.</summary>
    public void AddLine(long line, string field, string text)
    {
        string fault = string.Create(
            CultureInfo.InvariantCulture,
            $"{file}:{line}: {field}: {text}"
        );
        _faults[(line, fault)] = true;
    }

    /// <summary>Throws when something is wrong.</summary>
    public void ThrowIfAny()
    {
        if (_faults.Count > 0)
        {
            throw new InputFaultException([.. _faults.Keys.Select(f => f.Text)]);
        }
    }
}
