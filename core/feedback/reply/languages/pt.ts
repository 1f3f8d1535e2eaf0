import type { Language } from '../turns.ts';

export const pt: Language = {
  alone:
    'sair parem pare parar descadastrar descadastre descadastra descadastro cancelar cancela remover desinscrever basta',
  strong: 'descadastrar descadastre parem',
  courtesies: 'por favor pf pfv obrigado obrigada agora ola oi bom dia já isso isto com tudo imediatamente gentileza',
  classes: {
    mensagens: `mensagens mensagem msgs msg sms emails email mails publicidade promoções propaganda propagandas notificações avisos
      ofertas spam newsletter anúncios torpedos torpedo comunicações`,
    escrevam: `escreva escrevam escrevas escrever contate contatem contates contatar contacte contactem contactar incomode incomodem
      incomodar perturbe perturbem perturbar ligue liguem ligar chamem chateiem chatear`,
    enviem: 'envie enviem envies enviar mande mandem mandes mandar manda envia',
    quero: 'quero queremos desejo desejamos gostaria preciso aceito pretendo',
    parem: 'parem pare para pára parar deixem deixe deixa deixar chega cesse cessem basta cansei cansado farto farta',
    entre: 'de com as os a o essas esses estas estes suas seus me nos tantas tantos que',
    tirem:
      'tira tire tirem tirar remova removam remove remover retire retirem retirar apague apaguem apagar exclua excluam excluir exclui elimine eliminem',
    número: 'número numero contato contacto telefone telemóvel celular dados nome email cadastro',
  },
  ends: `
    não|nao|n|nunca me|nos? [escrevam] !antes|até|depois|no|na
    não|nao|n|nunca me|nos? [enviem] ~3 mais|nada|[mensagens]
    não|nao|n me|nos enviem|envie $
    não|nao|n [quero] ~1 mais ~3 receber|[mensagens]|nada|saber
    não|nao|n [quero] ~2 receber|recebendo ~4 [mensagens]|nada|mais|contato
    não|nao|n [quero] ~3 [mensagens]
    não|nao|n [quero] receber $
    ser|fui|seja removido|removida|retirado|retirada|excluído|excluída|descadastrado|descadastrada
    [parem] de receber
    é|e spam
    me|nos bloqueia|bloqueie|bloqueiem
    me|nos remova|remove|removam|tira|tire|tirem|descadastra|descadastre $
    ^ chega $
    não|nao|n [quero] ~2 ser contatado|contactado|contatada|contactada|incomodado|incomodada
    [parem] [entre]*4 [escrevam]|[enviem]|[mensagens]|incomodar|spam
    ^ parem|pare|para com isso|isto
    chega|basta de|com ~1 [mensagens]|disso
    sair ~1 da|desta|dessa|de ~1 lista|listas
    sem|nada|nenhuma mais [mensagens]
    nada|nenhuma|sem de? mais? [mensagens] por_favor|pf|obrigado|mais
    descadastrar|descadastre|descadastrem|desinscrever|desinscreva|descadastro|desinscrição|descadastramento
    cancelar|cancele|cancela|cancelem ~2 inscrição|assinatura_de|subscrição|recebimento|cadastro|[mensagens]|notificações
    me|nos [tirem] ~3 lista|listas|sistema|cadastro|grupo
    [tirem] me|nos
    [tirem] ~1 meu|este|esse|meus|nosso ~1 [número]
    [tirem] ~2 da|desta|dessa|de ~1 lista|listas
    retiro|revogo|revogar|retirar ~2 consentimento|autorização|permissão
    não|nao|n|nunca ~1 autorizo|autorizei|consinto|consenti|concordei|permiti|dei_autorização|dei_permissão|me_inscrevi
    deixe|deixem|deixa|deixam|me|nos ~2 em paz
    número|numero|pessoa errado|errada
    errou|erraram|errado ~1 número|numero|pessoa
    ^ é? engano $
    foi|é engano
    não|nao|sem tenho|temos? interesse $
    não|nao|sem tenho|temos? interesse ~1 em
    não|nao estou ~1 interessado|interessada $
    ^ sai|some|vaza fora|daqui
    esquece|esqueçam|apague meu|este número
  `,
  goesOn: `
    não|nao|n [parem]|parem|pares|deixes
    não|nao ~1 me|nos [tirem]
    não|nao [quero] ~1 perder|cancelar|sair|descadastrar
    não|nao ~1 recebi|recebemos|recebo|chegou|chegaram
    onde|quando|aonde ~2 para|acaba|termina|fica
    por_engano|sem_querer
    [escrevam]|[enviem] antes|depois|até|quando
    pedido|compra|encomenda|consulta|reserva ~4 cancelar|anular
  `,
};
